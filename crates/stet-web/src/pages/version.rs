//! One version of an article, whole.

use askama::Template;
use askama_web::WebTemplate;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use serde::Deserialize;
use stet_core::{ArticleId, VersionNumber};
use stet_store::{Article, StoredVersion};
use stet_words::{say, text};

use super::Named;
use super::citation::{Cited, citation};
use super::provenance::{Note, Provenance, Sources};
use crate::cache::CachePolicy;
use crate::comparing::aside;
use crate::direction::direction;
use crate::error::{PageError, shown};
use crate::layout::{Layout, NavLink, Section};
use crate::wording::{self, Stamp};
use crate::{Site, assets, links};

/// Of what the page tells the age: `?by=sentence`, else of paragraphs.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct By {
    by: Option<String>,
}

impl By {
    fn is_sentence(&self) -> bool {
        self.by.as_deref() == Some("sentence")
    }
}

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
    direction: &'static str,
    first_seen: Stamp,
    words: String,
    paragraphs: Vec<NumberedParagraph>,
    /// Where the words are from; nothing of an article with one version.
    origin: Option<Origin>,
    citation: String,
    script: String,
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

/// A paragraph, or some sentences of one.
struct NumberedParagraph {
    /// Empty where it goes on.
    anchor: String,
    number: String,
    text: String,
    note: Option<Note>,
    is_as_before: bool,
}

struct Origin {
    summary: String,
    is_cut: bool,
    /// By paragraph, by sentence.
    choices: Vec<NavLink>,
}

/// `/articles/{id}/versions/{n}`
pub(crate) async fn show(
    State(site): State<Site>,
    Named((id, number)): Named<(ArticleId, VersionNumber)>,
    Query(by): Query<By>,
) -> Result<impl IntoResponse, PageError> {
    let article = shown(site.store.article(id).await?)?;
    let version = site.store.version(id, number).await?.ok_or(PageError::NotFound)?;
    let provenance = match article.versions {
        0..=1 => None,
        _ => provenance(&site, &article, &version, by.is_sentence()).await?,
    };
    let mut page = VersionPage::new(&site, &article, version, by.is_sentence());
    if let Some(provenance) = provenance {
        page.tell(provenance, by.is_sentence(), id);
    }
    Ok((CachePolicy::Shared, page))
}

async fn provenance(
    site: &Site,
    article: &Article,
    version: &StoredVersion,
    by_sentence: bool,
) -> Result<Option<Provenance>, PageError> {
    let sources = Sources {
        article: article.id,
        version: version.same_as.unwrap_or(version.number),
        sightings: site.store.sightings(article.id).await?,
        paragraphs: site.store.paragraphs_of_versions(article.id).await?,
        texts: site.store.paragraph_texts(article.id).await?,
        shown: version.text.paragraphs.clone(),
    };
    aside(site, move || {
        if by_sentence {
            Provenance::by_sentence(&sources)
        } else {
            Provenance::by_paragraph(&sources)
        }
    })
    .await
}

impl VersionPage {
    fn new(site: &Site, article: &Article, version: StoredVersion, by_sentence: bool) -> Self {
        let cited = cite(site, article, &version);
        let (id, number, mut text) = (article.id, version.number, version.text);
        let language = text.language.take().unwrap_or_default();
        let direction = direction(&language, &text.title);
        let neighbour = |offset: i32| {
            let other = VersionNumber::try_from(number.get() + offset).ok()?;
            let exists = u32::try_from(other.get()).is_ok_and(|other| other < article.versions);
            exists.then_some(other)
        };
        let page = if by_sentence { links::version_by_sentence } else { links::version };
        let feed = links::article_feed(id, &[]);
        Self {
            layout: Layout::new(
                &say("version-version")
                    .with("number", number)
                    .with("title", &text.title)
                    .to_string(),
                Section::Articles,
            )
            .with_feed(&feed, &say("version-changes-of").with("title", &text.title).to_string()),
            source: article.source_name.clone(),
            source_href: links::source(&article.source_slug),
            number,
            of: article.versions,
            observer: article.observer.clone(),
            title: text.title,
            standfirst: text.standfirst,
            lead_caption: text.lead_caption,
            byline: text.byline,
            published: text.published.map(Stamp::new),
            modified: text.modified.map(Stamp::new),
            language,
            direction,
            first_seen: Stamp::new(version.first_seen_at),
            words: wording::counted(version.words, "words"),
            paragraphs: text.paragraphs.into_iter().enumerate().map(numbered).collect(),
            origin: None,
            citation: cited,
            script: assets::reading_script(),
            article: links::article(id),
            original: links::outbound(&article.address),
            previous: neighbour(-1).map(|other| page(id, other)),
            next: neighbour(1).map(|other| page(id, other)),
            same: version
                .same_as
                .map(|number| SameVersion { number, href: links::version(id, number) }),
            diff: neighbour(-1).map(|other| links::diff(id, other, number)),
        }
    }

    /// Puts the paragraphs with their origin in the place of those without.
    fn tell(&mut self, provenance: Provenance, by_sentence: bool, id: ArticleId) {
        let mut last = None;
        self.paragraphs = provenance
            .passages
            .into_iter()
            .map(|passage| {
                let goes_on = last.replace(passage.paragraph) == Some(passage.paragraph);
                let numbered = numbered((passage.paragraph, passage.text));
                NumberedParagraph {
                    anchor: if goes_on { String::new() } else { numbered.anchor },
                    note: Some(passage.note),
                    is_as_before: passage.is_as_before,
                    ..numbered
                }
            })
            .collect();
        let (plain, sentences) =
            (links::version(id, self.number), links::version_by_sentence(id, self.number));
        self.origin = Some(Origin {
            summary: provenance.summary,
            is_cut: provenance.is_cut,
            choices: vec![
                NavLink::new(plain, text("version-by-paragraph"), !by_sentence),
                NavLink::new(sentences, text("version-by-sentence"), by_sentence),
            ],
        });
    }
}

fn cite(site: &Site, article: &Article, version: &StoredVersion) -> String {
    citation(
        &site.settings.base_url,
        &Cited {
            publisher: &article.source_name,
            headline: &version.text.title,
            old_headline: None,
            versions: &[(version.number, version.first_seen_at)],
            original: &article.address,
            page: &links::version(article.id, version.number),
        },
    )
}

fn numbered((index, text): (usize, String)) -> NumberedParagraph {
    let place = index + 1;
    NumberedParagraph {
        anchor: links::paragraph(place),
        number: format!("¶{place}"),
        text,
        note: None,
        is_as_before: false,
    }
}
