//! What a webhook posts: a change as the API has it, and what it is about.

use chrono::{DateTime, Utc};
use serde::Serialize;
use stet_core::{Address, Kind, Kinds};
use stet_store::{DeliveryClaim, Message, SyndicatedChange};
use url::Url;
use utoipa::ToSchema;

use crate::api::ChangeData;
use crate::{links, syndication};

/// A message of a change.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChangeMessage {
    /// What happened.
    #[schema(pattern = "^article\\.(changed|gone|back|moved)$", example = "article.changed")]
    r#type: &'static str,
    /// When that was seen.
    timestamp: DateTime<Utc>,
    data: PostedChange,
}

/// A message by which an editor sees whether messages arrive.
#[derive(Serialize, ToSchema)]
pub(crate) struct TestMessage {
    #[schema(pattern = "^webhook\\.test$", example = "webhook.test")]
    r#type: &'static str,
    /// When it was asked for.
    timestamp: DateTime<Utc>,
    data: Test,
}

/// A change, and what it is about.
#[derive(Serialize, ToSchema)]
#[schema(as = PostedChange)]
pub(crate) struct PostedChange {
    #[serde(flatten)]
    change: ChangeData,
    /// What happened, in words.
    summary: String,
    /// The article at its newspaper; null where it may not be linked to.
    #[schema(required, format = "uri", example = "https://news.example.com/mayor")]
    url: Option<String>,
    /// The page of the article's history, for people.
    #[schema(format = "uri")]
    history: String,
}

/// What a test says.
#[derive(Serialize, ToSchema)]
#[schema(as = WebhookTest)]
pub(crate) struct Test {
    /// What it is for, in words.
    summary: &'static str,
    /// The page of the latest changes, for people.
    #[schema(format = "uri")]
    page: String,
}

/// The body of a message, as JSON, from a site at `base`.
#[must_use]
pub fn webhook_body(base: &Url, claim: &DeliveryClaim) -> Vec<u8> {
    let timestamp = claim.happened_at;
    let written = match &claim.message {
        Message::Change(found) => serde_json::to_vec(&ChangeMessage {
            r#type: kind_of(&found.change.kinds),
            timestamp,
            data: PostedChange::new(base, found),
        }),
        Message::Test | Message::Withdrawn => serde_json::to_vec(&TestMessage {
            r#type: TEST,
            timestamp,
            data: Test {
                summary: "An editor asked for this message, to see whether messages arrive.",
                page: links::absolute(base, &links::latest()),
            },
        }),
    };
    // Texts, numbers and times can always be written.
    written.unwrap_or_default()
}

/// What a test is called.
const TEST: &str = "webhook.test";

/// What messages of changes are called, with what each means.
pub(crate) const TYPES: [(&str, &str); 4] = [
    ("article.changed", "the text of an article changed"),
    ("article.gone", "its publisher took an article away"),
    ("article.back", "an article that was taken away stands again"),
    ("article.moved", "an article stands at another address"),
];

fn kind_of(kinds: &Kinds) -> &'static str {
    let [changed, gone, back, moved] = TYPES.map(|(name, _)| name);
    if kinds.contains(&Kind::Gone) {
        gone
    } else if kinds.contains(&Kind::Back) {
        back
    } else if kinds.iter().all(|kind| *kind == Kind::MovedAddress) && !kinds.is_empty() {
        moved
    } else {
        changed
    }
}

impl PostedChange {
    fn new(base: &Url, found: &SyndicatedChange) -> Self {
        let change = found.change.clone();
        Self {
            summary: syndication::summary(&change),
            url: Address::parse(&found.url).ok().as_ref().and_then(links::outbound),
            history: links::absolute(base, &links::article(change.article)),
            change: ChangeData::new(base, change),
        }
    }
}
