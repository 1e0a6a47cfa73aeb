//! The form in which an editor says where a webhook posts, and what.

use stet_core::{Address, Kinds};
use stet_store::{MAX_WEBHOOK_NAME, NewWebhook, StoreError, Webhook, WebhookFilter};
use stet_words::{say, text};

use crate::asked::Asked;
use crate::kind_box::KindBox;
use crate::source_choice::SourceChoice;
use crate::{Site, wording};

/// The most words that a filter can ask for. As in the list of changes.
const MAX_MIN_WORDS: u32 = 1_000_000;

/// The form with what was typed, or with what is set.
pub(super) struct WebhookForm {
    pub(super) name: String,
    pub(super) address: String,
    pub(super) kinds: Vec<KindBox>,
    pub(super) source: SourceChoice,
    pub(super) min_words: String,
    /// What is wrong with it, if something is.
    pub(super) errors: Vec<String>,
}

impl WebhookForm {
    /// Nothing typed yet.
    pub(super) async fn empty(site: &Site) -> Result<Self, StoreError> {
        Ok(Self {
            name: String::new(),
            address: String::new(),
            kinds: KindBox::each(&Kinds::new()),
            source: SourceChoice::load(site, None).await?,
            min_words: String::new(),
            errors: Vec::new(),
        })
    }

    /// What is set.
    pub(super) async fn of(site: &Site, webhook: &Webhook) -> Result<Self, StoreError> {
        let source = webhook.source.as_ref().map(|source| source.slug.as_str());
        let words = webhook.filter.min_words;
        Ok(Self {
            name: webhook.name.clone(),
            address: webhook.address.to_string(),
            kinds: KindBox::each(&webhook.filter.kinds),
            source: SourceChoice::load(site, source).await?,
            min_words: if words == 0 { String::new() } else { words.to_string() },
            errors: Vec::new(),
        })
    }

    /// What was sent; what cannot be read is among the form's errors, and there is no webhook then.
    pub(super) async fn read(
        site: &Site,
        sent: &Asked,
    ) -> Result<(Self, Option<NewWebhook>), StoreError> {
        let field = |name| sent.one(name).unwrap_or_default().to_owned();
        let source = SourceChoice::load(site, sent.one("source")).await?;
        let (name, typed, min_words) = (field("name"), field("address"), field("min_words"));
        let mut errors = Vec::new();
        let length = name.chars().count();
        if !(1..=MAX_WEBHOOK_NAME).contains(&length) || name.contains('\0') {
            errors.push(text("webhook-form-a-name-has").to_owned());
        }
        let address = Address::parse(&typed).map_err(|error| {
            errors.push(
                say("webhook-form-the-address-cannot").with("error", error.to_string()).to_string(),
            );
        });
        let kinds = sent.feed_kinds().unwrap_or_else(|_| {
            errors.push(text("webhook-form-there-is-no").to_owned());
            Kinds::new()
        });
        if source.is_unknown() {
            errors.push(
                say("webhook-form-there-is-no-source").with("value", &source.value).to_string(),
            );
        }
        let words = match min_words.as_str() {
            "" => Some(0),
            text => text.parse().ok().filter(|words| *words <= MAX_MIN_WORDS),
        };
        if words.is_none() {
            errors.push(text("webhook-form-the-words-changed").to_owned());
        }
        let filter = WebhookFilter {
            kinds: kinds.clone(),
            source: source.found.as_ref().map(|found| found.id),
            min_words: words.unwrap_or_default(),
        };
        let new = address.ok().filter(|_| errors.is_empty());
        let new = new.map(|address| NewWebhook { name: name.clone(), address, filter });
        let kinds = KindBox::each(&kinds);
        Ok((Self { name, address: typed, kinds, source, min_words, errors }, new))
    }

    /// The same form, with something wrong.
    pub(super) fn with_error(mut self, error: &str) -> Self {
        self.errors.push(error.to_owned());
        self
    }
}

/// What is said of a name that another webhook has.
pub(super) const TAKEN: &str = "webhook-form-there-is-a";

/// `changes of these kinds: headline, quote; from example.com; of 20 words or more`
pub(super) fn in_words(webhook: &Webhook) -> String {
    let mut parts = Vec::new();
    if !webhook.filter.kinds.is_empty() {
        let kinds: Vec<&str> = webhook.filter.kinds.iter().copied().map(wording::kind).collect();
        parts.push(
            say("webhook-form-of-these-kinds")
                .with("kinds", kinds.join(text("list-joint")))
                .to_string(),
        );
    }
    parts.extend(
        webhook
            .source
            .as_ref()
            .map(|source| say("webhook-form-from").with("source", &source.name).to_string()),
    );
    if webhook.filter.min_words > 0 {
        let words = wording::grouped(webhook.filter.min_words);
        parts.push(say("webhook-form-of-words-or").with("words", &words).to_string());
    }
    if parts.is_empty() {
        text("webhook-form-every-change").to_owned()
    } else {
        say("webhook-form-changes").with("parts", parts.join(text("summary-joint"))).to_string()
    }
}

/// `active`, `paused …`, `failing …`: how a webhook stands.
pub(super) fn standing(webhook: &Webhook) -> &'static str {
    use stet_store::PauseReason::{Editor, Failing, Gone};
    match webhook.pause {
        Some((_, Editor)) => text("webhook-form-paused"),
        Some((_, Gone)) => text("webhook-form-paused-its-receiver"),
        Some((_, Failing)) => text("webhook-form-paused-its-receiver-failed"),
        None if webhook.failures > 0 => text("webhook-form-failing"),
        None => text("webhook-form-active"),
    }
}
