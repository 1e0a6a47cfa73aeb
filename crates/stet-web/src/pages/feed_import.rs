//! The form by which an editor brings a list of feeds (OPML) to be read.

use askama::Template;
use askama_web::WebTemplate;
use axum::extract::multipart::{Multipart, MultipartError, MultipartRejection};
use axum::extract::{RawForm, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use stet_core::Address;
use stet_core::opml::{MAX_OPML_FEEDS, Opml, OpmlError, SkippedOutline, read_opml};
use stet_store::FeedStanding;
use stet_store::audit::{Action, Subject};
use stet_words::{say, text};
use url::form_urlencoded;

use super::editing::{check_form, editors_only, note};
use crate::cache::CachePolicy;
use crate::error::PageError;
use crate::layout::{Layout, Section};
use crate::session::Visitor;
use crate::{Site, links, wording};

/// How many of the outlines that are left out are listed.
const LISTED: usize = 200;

#[derive(Template, WebTemplate)]
#[template(path = "feed_import.html")]
struct ImportPage {
    layout: Layout,
    action: String,
    sources: String,
    token: Option<String>,
    error: Option<String>,
    choice: Option<Choice>,
    added: Option<Added>,
}

/// What a list holds, to be chosen from.
struct Choice {
    counts: String,
    action: String,
    feeds: Vec<FeedBox>,
    skipped: Vec<SkippedOutline>,
    more_skipped: Option<String>,
}

struct FeedBox {
    /// The address, a space, and what the list calls it.
    value: String,
    name: String,
    address: String,
}

/// What is read from now on.
struct Added {
    count: String,
    lines: Vec<String>,
}

/// `GET /watch/opml`
pub(crate) async fn show(visitor: Visitor) -> Result<Response, PageError> {
    editors_only(&visitor, &links::import_feeds())?;
    Ok((CachePolicy::Personal, ImportPage::new(&visitor)).into_response())
}

/// `POST /watch/opml`: what is in the list; nothing is added.
pub(crate) async fn preview(
    State(site): State<Site>,
    visitor: Visitor,
    sent: Result<Multipart, MultipartRejection>,
) -> Result<Response, PageError> {
    editors_only(&visitor, &links::import_feeds())?;
    // What was sent otherwise holds no token, and is refused for that.
    let sent = match sent {
        Ok(sent) => Sent::read(sent).await?,
        Err(_) => Sent { form_token: None, list: Ok(Vec::new()) },
    };
    check_form(&visitor, sent.form_token.as_deref(), &links::import_feeds())?;
    let mut page = ImportPage::new(&visitor);
    let list = match &sent.list {
        Ok(list) if list.is_empty() => Err(text("feed-import-choose-a-file").to_owned()),
        Ok(list) => read_opml(list).map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    match list {
        Ok(list) => {
            page.choice = Some(Choice::load(&site, list).await?);
            Ok((CachePolicy::Personal, page).into_response())
        }
        Err(error) => {
            page.error = Some(error);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, CachePolicy::Personal, page).into_response())
        }
    }
}

/// `POST /watch/opml/add`: reads the chosen feeds from now on.
pub(crate) async fn add(
    State(site): State<Site>,
    visitor: Visitor,
    RawForm(sent): RawForm,
) -> Result<Response, PageError> {
    let pairs: Vec<_> = form_urlencoded::parse(&sent).collect();
    let of = |wanted: &'static str| {
        pairs.iter().filter(move |(name, _)| name == wanted).map(|(_, value)| value.as_ref())
    };
    check_form(&visitor, of("form_token").next(), &links::import_feeds())?;
    let mut lines = Vec::new();
    for chosen in of("feed").take(MAX_OPML_FEEDS) {
        let (address, title) = chosen.split_once(' ').unwrap_or((chosen, ""));
        let address = Address::parse(address)
            .map_err(|error| PageError::NotUnderstood(format!("“{address}”: {error}.")))?;
        // Since the list was shown, its source may have been paused, or another may have added it.
        let standing = site.store.feed_standings(std::slice::from_ref(&address)).await?;
        if standing != [FeedStanding::Unknown] {
            continue;
        }
        let title = Some(title).filter(|title| !title.is_empty());
        let added = site.store.add_feed(&address, title, site.now()).await?;
        if added.is_new {
            note(&site, &visitor, Action::AddFeed, Subject::Feed(added.id)).await?;
            lines.push(title.map_or_else(|| address.to_string(), str::to_owned));
        }
    }
    let mut page = ImportPage::new(&visitor);
    page.added = Some(Added { count: wording::counted(lines.len() as u64, "feeds"), lines });
    Ok((CachePolicy::Personal, page).into_response())
}

/// What the form sends.
struct Sent {
    form_token: Option<String>,
    /// The list, or why it is none.
    list: Result<Vec<u8>, OpmlError>,
}

impl Sent {
    async fn read(mut parts: Multipart) -> Result<Self, PageError> {
        let mut sent = Self { form_token: None, list: Ok(Vec::new()) };
        while let Some(part) = parts.next_field().await.map_err(|error| unreadable(&error))? {
            match part.name() {
                Some("form_token") => {
                    sent.form_token = Some(part.text().await.map_err(|error| unreadable(&error))?);
                }
                // A file that was not chosen is an empty part.
                Some("file" | "text") => match part.bytes().await {
                    Ok(bytes) if bytes.trim_ascii().is_empty() => {}
                    Ok(bytes) => sent.list = Ok(bytes.to_vec()),
                    Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                        sent.list = Err(OpmlError::TooLarge);
                        // The rest of the form is not read: its token came first.
                        break;
                    }
                    Err(error) => return Err(unreadable(&error)),
                },
                _ => {}
            }
        }
        Ok(sent)
    }
}

fn unreadable(error: &MultipartError) -> PageError {
    tracing::debug!(error = error as &dyn std::error::Error, "a form could not be read");
    PageError::Unreadable
}

impl Choice {
    async fn load(site: &Site, list: Opml) -> Result<Self, PageError> {
        let addresses: Vec<Address> = list.feeds.iter().map(|feed| feed.address.clone()).collect();
        let standings = site.store.feed_standings(&addresses).await?;
        let mut feeds = Vec::new();
        let mut skipped = list.skipped;
        for (feed, standing) in list.feeds.into_iter().zip(standings) {
            let address = feed.address.to_string();
            let name = feed.title.clone().unwrap_or_else(|| address.clone());
            let reason = match standing {
                FeedStanding::Unknown => {
                    let title = feed.title.unwrap_or_default();
                    let value = format!("{address} {title}");
                    feeds.push(FeedBox { value, name, address });
                    continue;
                }
                FeedStanding::Read(_) => text("feed-import-it-is-read").to_owned(),
                FeedStanding::Paused(slug) => {
                    say("feed-import-the-source-is").with("slug", &slug).to_string()
                }
            };
            skipped.push(SkippedOutline { name, reason });
        }
        let more = skipped.len().saturating_sub(LISTED);
        let counts = say("feed-import-counts")
            .with("feeds", wording::counted(feeds.len() as u64, "feeds"))
            .with("left-out", wording::counted(skipped.len() as u64, "entries"))
            .to_string();
        skipped.truncate(LISTED);
        Ok(Self {
            counts,
            action: links::add_feeds(),
            feeds,
            skipped,
            more_skipped: (more > 0).then(|| wording::counted(more as u64, "more")),
        })
    }
}

impl ImportPage {
    fn new(visitor: &Visitor) -> Self {
        Self {
            layout: Layout::new(text("feed-import-read-the-feeds"), Section::Watch).with_form(),
            action: links::import_feeds(),
            sources: links::sources(),
            token: visitor.form_token(),
            error: None,
            choice: None,
            added: None,
        }
    }
}
