//! One version of an article, whole.

use askama::Template;
use askama_web::WebTemplate;
use axum::extract::State;
use axum::response::IntoResponse;
use stet_core::{ArticleId, VersionNumber};
use stet_store::{Article, StoredVersion};

use super::Named;
use crate::cache::CachePolicy;
use crate::error::{PageError, shown};
use crate::layout::{Layout, Section};
use crate::wording::{self, Stamp};
use crate::{Site, links};

#[derive(Template, WebTemplate)]
#[template(path = "version.html")]
struct VersionPage {
    layout: Layout,
    source: String,
    source_href: String,
    number: VersionNumber,
    of: u32,
    /// Who saw it, if not Stet itself.
    observer: Option<String>,
    title: String,
    standfirst: Option<String>,
    lead_caption: Option<String>,
    byline: Option<String>,
    published: Option<Stamp>,
    modified: Option<Stamp>,
    /// Empty where it is not known.
    language: String,
    first_seen: Stamp,
    words: String,
    paragraphs: Vec<NumberedParagraph>,
    article: String,
    original: Option<String>,
    previous: Option<String>,
    next: Option<String>,
    /// The comparison with the version before.
    diff: Option<String>,
    /// The earlier version that has the same text.
    same: Option<SameVersion>,
}

struct SameVersion {
    number: VersionNumber,
    href: String,
}

struct NumberedParagraph {
    anchor: String,
    number: String,
    text: String,
}

/// `/articles/{id}/versions/{n}`
pub(crate) async fn show(
    State(site): State<Site>,
    Named((id, number)): Named<(ArticleId, VersionNumber)>,
) -> Result<impl IntoResponse, PageError> {
    let article = shown(site.store.article(id).await?)?;
    let version = site.store.version(id, number).await?.ok_or(PageError::NotFound)?;
    let observer = site.store.observer(id).await?;
    Ok((CachePolicy::Shared, VersionPage::new(&article, version, observer)))
}

impl VersionPage {
    fn new(article: &Article, version: StoredVersion, observer: Option<String>) -> Self {
        let (id, number, text) = (article.id, version.number, version.text);
        let neighbour = |offset: i32| {
            let other = VersionNumber::try_from(number.get() + offset).ok()?;
            let exists = u32::try_from(other.get()).is_ok_and(|other| other < article.versions);
            exists.then_some(other)
        };
        let feed = links::article_feed(id);
        Self {
            layout: Layout::new(&format!("Version {number} · {}", text.title), Section::Articles)
                .with_feed(feed, format!("Changes of “{}”", text.title)),
            source: article.source_name.clone(),
            source_href: links::source(&article.source_slug),
            number,
            of: article.versions,
            observer,
            title: text.title,
            standfirst: text.standfirst,
            lead_caption: text.lead_caption,
            byline: text.byline,
            published: text.published.map(Stamp::new),
            modified: text.modified.map(Stamp::new),
            language: text.language.unwrap_or_default(),
            first_seen: Stamp::new(version.first_seen_at),
            words: wording::counted(version.words, "word", "words"),
            paragraphs: text.paragraphs.into_iter().enumerate().map(numbered).collect(),
            article: links::article(id),
            original: links::outbound(&article.address),
            previous: neighbour(-1).map(|other| links::version(id, other)),
            next: neighbour(1).map(|other| links::version(id, other)),
            same: version
                .same_as
                .map(|number| SameVersion { number, href: links::version(id, number) }),
            diff: neighbour(-1).map(|other| links::diff(id, other, number)),
        }
    }
}

fn numbered((index, text): (usize, String)) -> NumberedParagraph {
    let place = index + 1;
    NumberedParagraph { anchor: format!("p-{place}"), number: format!("¶{place}"), text }
}
