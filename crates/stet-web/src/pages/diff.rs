//! Two versions of an article, compared.

use askama::Template;
use askama_web::WebTemplate;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use stet_core::compare::{Comparison, Stats};
use stet_core::{ArticleId, Kind, Kinds, VersionNumber};
use stet_store::{Article, ArticleState, Passage, StoredVersion, VersionTime};
use stet_words::{say, text};

use super::citation::{Cited, citation};
use super::diff_body::{Body, Entry, body};
use super::diff_picker::{MAX_OFFERS, Picker};
use super::diff_place::{Between, Place};
use super::diff_rows::{FieldRow, field_rows};
use super::diff_view::{Arrangement, Choices, View};
use super::{MAX_PASSAGES, Named};
use crate::cache::CachePolicy;
use crate::change_line::signed;
use crate::comparing::compare_aside;
use crate::direction::direction;
use crate::error::{PageError, shown};
use crate::layout::{Layout, Section};
use crate::syndication::FeedFormat;
use crate::timeline::Timeline;
use crate::wording::{self, Stamp};
use crate::{Site, assets, links};

/// Of a change that happened more often, the last times are told of.
const MAX_TIMES: usize = 12;

/// What a comparison's page is made of.
struct Pair {
    article: Article,
    /// The first of its texts, as many as may be offered.
    versions: Vec<VersionTime>,
    passages: Vec<Passage>,
    old: StoredVersion,
    new: StoredVersion,
    comparison: Comparison,
    /// When the text changed; `None` if the new one was never seen after the old one.
    between: Option<Between>,
}

#[derive(Template, WebTemplate)]
#[template(path = "diff.html")]
struct DiffPage {
    layout: Layout,
    source: String,
    source_href: String,
    place: String,
    title: String,
    facts: Facts,
    /// What changed, in words.
    summary: String,
    when: Option<When>,
    /// Every time that it happened, if it did so several times.
    times: Vec<Time>,
    timeline: Option<Timeline>,
    chips: Vec<Chip>,
    picker: Picker,
    choices: Choices,
    /// A word of the stylesheet: `auto` or `sides`.
    arrangement: &'static str,
    previous: Option<Step>,
    next: Option<Step>,
    old: VersionHead,
    new: VersionHead,
    fields: Vec<FieldRow>,
    body: Body,
    citation: String,
    script: String,
}

struct Facts {
    first_seen: Stamp,
    checking: &'static str,
    /// Where it is checked on.
    next_check: Option<Stamp>,
    original: Option<String>,
    feed: String,
    article: String,
}

/// Between which two checks the text changed.
struct When {
    /// The name of what is said: that it changed there, or that it did so in several steps.
    message: &'static str,
    last_seen: Stamp,
    first_seen: Stamp,
    span: String,
}

/// One time at which a change was seen.
struct Time {
    href: String,
    at: Stamp,
    is_shown: bool,
}

/// A link to the change before or after.
struct Step {
    href: String,
    /// `version 1 → 2`
    what: String,
}

struct Chip {
    class: &'static str,
    text: String,
}

struct VersionHead {
    number: VersionNumber,
    name: String,
    href: String,
    first_seen: Stamp,
    /// Of the text; empty where it is not known.
    language: String,
    direction: &'static str,
}

#[derive(Template, WebTemplate)]
#[template(path = "diff_same.html")]
struct SamePage {
    layout: Layout,
    number: String,
    version: String,
    article: String,
}

/// `/articles/{id}/diff/{a}/{b}`: the passage from one version to another, in either direction,
/// since a newspaper may go back to an earlier text.
pub(crate) async fn show(
    State(site): State<Site>,
    Named((id, a, b)): Named<(ArticleId, VersionNumber, VersionNumber)>,
    Query(view): Query<View>,
) -> Result<Response, PageError> {
    let article = shown(site.store.article(id).await?)?;
    let pair = site.store.version_pair(id, [a, b]).await?.ok_or(PageError::NotFound)?;
    if a == b {
        return Ok((CachePolicy::Shared, SamePage::new(id, a)).into_response());
    }
    let pair = load(&site, article, pair, view.change()).await?;
    Ok((CachePolicy::Shared, DiffPage::new(&site, &pair, &view)).into_response())
}

/// `change` is the number of the change that is meant.
async fn load(
    site: &Site,
    article: Article,
    pair: [StoredVersion; 2],
    change: Option<u32>,
) -> Result<Pair, PageError> {
    let shown = (pair[0].number, pair[1].number);
    let versions = site.store.version_times(article.id, MAX_OFFERS).await?;
    let passages = site.store.passages(article.id, MAX_PASSAGES).await?;
    let between = match Place::find(&passages, shown, change).passage() {
        Some(passage) => Some(Between::of_passage(passage)),
        None => Between::of(&site.store.sightings(article.id).await?, shown),
    };
    let ([old, new], comparison) = compare_aside(site, pair).await?;
    Ok(Pair { article, versions, passages, old, new, comparison, between })
}

impl SamePage {
    fn new(id: ArticleId, number: VersionNumber) -> Self {
        Self {
            layout: Layout::new(
                &say("diff-version-and-itself").with("number", number).to_string(),
                Section::Articles,
            ),
            number: number.to_string(),
            version: links::version(id, number),
            article: links::article(id),
        }
    }
}

impl DiffPage {
    fn new(site: &Site, pair: &Pair, view: &View) -> Self {
        let Pair { article, versions, passages, old, new, comparison, .. } = pair;
        let shown = (old.number, new.number);
        let stands = Place::find(passages, shown, view.change());
        // What is known of the passage itself (a reversion, a technical upgrade) says more than
        // two texts alone.
        let kinds = stands.passage().map_or(&comparison.kinds, |passage| &passage.kinds);
        let summary = stet_words::summary_of(comparison, kinds);
        let heading =
            say("diff-heading").with("old", old.number).with("new", new.number).to_string();
        let feed = links::article_feed(article.id, &[]);
        let address = links::diff(article.id, old.number, new.number);
        let [previous, next] =
            stands.neighbours().map(|to| to.map(|to| Step::to(article.id, to, view)));
        Self {
            layout: Layout::new(
                &say("diff-title")
                    .with("heading", &heading)
                    .with("title", &new.text.title)
                    .to_string(),
                Section::Articles,
            )
            .with_feed(&feed, &say("diff-changes-of").with("title", &new.text.title).to_string())
            .describing(summary.clone()),
            source: article.source_name.clone(),
            source_href: links::source(&article.source_slug),
            place: place(pair, &stands),
            title: new.text.title.clone(),
            facts: Facts {
                first_seen: Stamp::new(article.published_at.unwrap_or(article.first_seen_at)),
                checking: checking(article),
                next_check: next_check(article),
                original: links::outbound(&article.address),
                feed: feed.of(FeedFormat::Rss),
                article: links::article(article.id),
            },
            summary,
            when: pair.between.map(when),
            times: times(article.id, &stands, view),
            timeline: versions.first().and_then(|first| {
                let current = stands.numbers();
                Timeline::of(article.id, first.first_seen_at, passages, current.as_ref())
            }),
            chips: chips(kinds, &comparison.stats),
            picker: Picker::new(article.id, versions, article.versions, shown, view),
            choices: view.choices(&address),
            arrangement: match view.arrangement() {
                Arrangement::Auto => "auto",
                Arrangement::Sides | Arrangement::Inline => "sides",
            },
            previous,
            next,
            old: head(article.id, old),
            new: head(article.id, new),
            fields: fields(pair, view.only_changes()),
            body: body(comparison, shown, view),
            citation: cite(site, pair, &address),
            script: assets::reading_script(),
        }
    }
}

impl Step {
    fn to(article: ArticleId, passage: &Passage, view: &View) -> Self {
        Self {
            href: view.of_passage(article, passage),
            what: say("version-steps").with("from", passage.from).with("to", passage.to).into(),
        }
    }
}

/// Every time that a change happened, the last ones of many; nothing of one that happened once.
fn times(article: ArticleId, place: &Place<'_>, view: &View) -> Vec<Time> {
    let passages: Vec<&Passage> = place.times().collect();
    if passages.len() < 2 {
        return Vec::new();
    }
    let time = |passage: &&Passage| Time {
        href: view.of_passage(article, passage),
        at: Stamp::new(passage.latest_at),
        is_shown: place.passage() == Some(passage),
    };
    passages[passages.len().saturating_sub(MAX_TIMES)..].iter().map(time).collect()
}

fn when(between: Between) -> When {
    When {
        message: if between.has_others { "diff-when-steps-html" } else { "diff-when-html" },
        last_seen: Stamp::new(between.last_seen),
        first_seen: Stamp::new(between.first_seen),
        span: between.span(),
    }
}

/// The fields that stand above the paragraphs; of those that stayed, the headline alone where only
/// changes are wanted.
fn fields(pair: &Pair, only_changes: bool) -> Vec<FieldRow> {
    let (old, new) = (&pair.old.text, &pair.new.text);
    let mut fields = field_rows(&pair.comparison);
    let dates = [old, new].map(|text| text.published);
    let sections = [old, new].map(|text| text.section.clone());
    fields.extend(FieldRow::redated(text("diff-date"), dates));
    fields.extend(FieldRow::replaced(text("diff-section"), sections));
    fields.retain(|field| field.is_edited || !only_changes || field.class == "headline");
    fields
}

fn cite(site: &Site, pair: &Pair, page: &str) -> String {
    let Pair { article, old, new, .. } = pair;
    let is_renamed = old.text.title != new.text.title;
    let versions = [(old.number, old.first_seen_at), (new.number, new.first_seen_at)];
    citation(
        &site.settings.base_url,
        &Cited {
            publisher: &article.source_name,
            headline: &new.text.title,
            old_headline: is_renamed.then_some(old.text.title.as_str()),
            versions: &versions,
            original: &article.address,
            page,
        },
    )
}

/// `version 1 of 4 · changed 3 hours after version 0`, `version 0 of 4 · back from version 1`
fn place(pair: &Pair, stands: &Place<'_>) -> String {
    let (old, new) = (&pair.old, &pair.new);
    let of = pair.article.versions.to_string();
    // Others' versions are numbered as they were imported, which says nothing about their times.
    if let Some(observer) = &pair.article.observer {
        return say("diff-place-observed")
            .with("number", new.number)
            .with("count", &of)
            .with("before", old.number)
            .with("observer", observer)
            .to_string();
    }
    if new.number < old.number {
        return say("diff-place-back")
            .with("number", new.number)
            .with("count", &of)
            .with("before", old.number)
            .to_string();
    }
    let came = stands.passage().map_or(new.first_seen_at, |passage| passage.latest_at);
    let later = wording::span(came - stands.stood_since().unwrap_or(old.first_seen_at));
    say("diff-place")
        .with("number", new.number)
        .with("count", &of)
        .with("later", &later)
        .with("before", old.number)
        .to_string()
}

fn checking(article: &Article) -> &'static str {
    match article.state {
        ArticleState::Dormant => text("diff-last-changed-over"),
        ArticleState::Gone => text("diff-removed-by-the"),
        _ if article.is_gone && article.source_paused_at.is_some() => text("diff-removed-paused"),
        _ if article.source_paused_at.is_some() => text("diff-paused"),
        _ if article.is_gone => text("diff-removed-next-check"),
        ArticleState::Watched | ArticleState::Hidden => text("diff-next-check"),
    }
}

fn next_check(article: &Article) -> Option<Stamp> {
    article.is_checked().then(|| Stamp::new(article.next_check_at))
}

/// What is marked in which colour, with its number, and what else must be known before reading.
fn chips(kinds: &Kinds, stats: &Stats) -> Vec<Chip> {
    let mut chips = Vec::new();
    let mut add = |class, text: Option<String>| {
        chips.extend(text.map(|text| Chip { class, text }));
    };
    for (kind, text) in [
        (Kind::Correction, text("diff-correction-note")),
        (Kind::Reversion, text("diff-earlier-text-came")),
        (Kind::Variant, text("diff-test-of-variants")),
        (Kind::Technical, text("diff-technical-only-stets")),
    ] {
        add("key", kinds.contains(&kind).then(|| text.to_owned()));
    }
    add("ins", signed("+", stats.words_added));
    add("del", signed("−", stats.words_removed));
    let moved = wording::counted(stats.paragraphs_moved, "paragraphs");
    add(
        "move",
        (stats.paragraphs_moved > 0).then(|| say("diff-moved").with("moved", &moved).to_string()),
    );
    if chips.is_empty() {
        chips.push(Chip { class: "", text: text("diff-the-same-words").to_owned() });
    }
    chips
}

fn head(article: ArticleId, version: &StoredVersion) -> VersionHead {
    let language = version.text.language.clone().unwrap_or_default();
    VersionHead {
        number: version.number,
        name: say("version-number").with("number", version.number).to_string(),
        href: links::version(article, version.number),
        first_seen: Stamp::new(version.first_seen_at),
        direction: direction(&language, &version.text.title),
        language,
    }
}
