//! Two versions of an article, compared.

use askama::Template;
use askama_web::WebTemplate;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use stet_core::compare::{self, Comparison, Stats};
use stet_core::{ArticleId, Kind, Kinds, VersionNumber};
use stet_store::{Article, ArticleState, Change, StoredVersion, VersionSummary};

use super::Named;
use super::diff_rows::{DiffRow, FieldRow, diff_rows, field_rows};
use crate::cache::CachePolicy;
use crate::change_line::signed;
use crate::comparing::compare_aside;
use crate::error::{PageError, shown};
use crate::layout::{Layout, NavLink, Section};
use crate::paragraph_lines::{Line, lines};
use crate::timeline::Timeline;
use crate::wording::{self, Stamp};
use crate::{Site, links};

/// How a comparison is shown.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct View {
    view: Option<String>,
    only: Option<String>,
}

impl View {
    fn is_inline(&self) -> bool {
        self.view.as_deref() == Some("inline")
    }

    fn only_changes(&self) -> bool {
        self.only.as_deref() == Some("changes")
    }
}

/// What a comparison's page is made of.
struct Pair {
    article: Article,
    versions: Vec<VersionSummary>,
    changes: Vec<Change>,
    old: StoredVersion,
    new: StoredVersion,
    comparison: Comparison,
    /// Who saw both, if not Stet itself.
    observer: Option<String>,
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
    timeline: Option<Timeline>,
    chips: Vec<Chip>,
    views: Vec<NavLink>,
    previous: Option<String>,
    next: Option<String>,
    old: VersionHead,
    new: VersionHead,
    fields: Vec<FieldRow>,
    body: Body,
}

struct Facts {
    first_seen: Stamp,
    checking: String,
    /// Between which two checks this change happened.
    between: Option<(Stamp, Stamp)>,
    original: Option<String>,
    feed: String,
    article: String,
}

struct Chip {
    class: &'static str,
    text: String,
}

struct VersionHead {
    name: String,
    href: String,
    first_seen: Stamp,
    /// Of the text; empty where it is not known.
    language: String,
}

/// The paragraphs, with runs of unchanged ones left out where only changes are wanted.
enum Body {
    Rows(Vec<Entry<DiffRow>>),
    Lines(Vec<Entry<Line>>),
}

enum Entry<T> {
    Shown(T),
    /// So many unchanged paragraphs stand here.
    Unchanged(String),
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
    let versions = site.store.versions(id).await?;
    if !versions.iter().any(|version| version.number == a.max(b)) {
        return Err(PageError::NotFound);
    }
    if a == b {
        return Ok((CachePolicy::Shared, SamePage::new(id, a)).into_response());
    }
    let pair = load(&site, article, versions, a, b).await?;
    Ok((CachePolicy::Shared, DiffPage::new(&pair, &view)).into_response())
}

async fn load(
    site: &Site,
    article: Article,
    versions: Vec<VersionSummary>,
    a: VersionNumber,
    b: VersionNumber,
) -> Result<Pair, PageError> {
    let old = site.store.version(article.id, a).await?.ok_or(PageError::NotFound)?;
    let new = site.store.version(article.id, b).await?.ok_or(PageError::NotFound)?;
    let changes = site.store.changes(article.id).await?;
    let comparison = compare_aside(site, old.text.clone(), new.text.clone()).await?;
    let observer = site.store.observer(article.id).await?;
    Ok(Pair { article, versions, changes, old, new, comparison, observer })
}

impl SamePage {
    fn new(id: ArticleId, number: VersionNumber) -> Self {
        Self {
            layout: Layout::new(&format!("Version {number} and itself"), Section::Articles),
            number: number.to_string(),
            version: links::version(id, number),
            article: links::article(id),
        }
    }
}

impl DiffPage {
    fn new(pair: &Pair, view: &View) -> Self {
        let Pair { article, versions, changes, old, new, comparison, .. } = pair;
        let change =
            changes.iter().find(|change| (change.from, change.to) == (old.number, new.number));
        // What is known of the passage itself (a reversion, a technical upgrade) says more than
        // two texts alone.
        let kinds = change.map_or(&comparison.kinds, |change| &change.kinds);
        let summary = compare::summary(kinds, &comparison.stats);
        let heading = format!("What changed between version {} and {}", old.number, new.number);
        let feed = links::article_feed(article.id);
        let step = |from: Option<VersionNumber>, to: Option<VersionNumber>| {
            from.zip(to).map(|(from, to)| links::diff(article.id, from, to))
        };
        let (first, last) = (old.number.min(new.number), old.number.max(new.number));
        let (previous, next) = neighbours(versions, first, last);
        Self {
            layout: Layout::new(&format!("{heading} · {}", new.text.title), Section::Articles)
                .with_feed(feed.clone(), format!("Changes of “{}”", new.text.title))
                .describing(summary),
            source: article.source_name.clone(),
            source_href: links::source(&article.source_slug),
            place: place(pair),
            title: new.text.title.clone(),
            facts: Facts {
                first_seen: Stamp::new(article.published_at.unwrap_or(article.first_seen_at)),
                checking: checking(article),
                between: change
                    .map(|change| (Stamp::new(change.earliest_at), Stamp::new(change.latest_at))),
                original: links::outbound(&article.address),
                feed,
                article: links::article(article.id),
            },
            timeline: Timeline::new(article.id, versions, changes, Some(new.number)),
            chips: chips(kinds, &comparison.stats),
            views: views(&links::diff(article.id, old.number, new.number), view),
            previous: step(previous, Some(first)),
            next: step(Some(last), next),
            old: head(article.id, old),
            new: head(article.id, new),
            fields: field_rows(comparison),
            body: body(comparison, view),
        }
    }
}

/// `version 1 of 4 · changed 3 hours after version 0`, `version 0 of 4 · back from version 1`
fn place(pair: &Pair) -> String {
    let (old, new) = (&pair.old, &pair.new);
    let of = pair.versions.len();
    // Others' versions are numbered as they were imported, which says nothing about their times.
    if let Some(observer) = &pair.observer {
        return format!(
            "version {} of {of} · after version {} · observed by {observer}",
            new.number, old.number
        );
    }
    if new.number < old.number {
        return format!("version {} of {of} · back from version {}", new.number, old.number);
    }
    let later = wording::span(new.first_seen_at - old.first_seen_at);
    format!("version {} of {of} · changed {later} after version {}", new.number, old.number)
}

fn checking(article: &Article) -> String {
    match article.state {
        ArticleState::Dormant => "Last changed over 40 days ago; no longer checked".to_owned(),
        ArticleState::Gone => "Removed by the publisher; no longer checked".to_owned(),
        ArticleState::Watched | ArticleState::Hidden => {
            format!("Next check {}", wording::moment(article.next_check_at))
        }
    }
}

/// The versions before the older and after the newer one.
fn neighbours(
    versions: &[VersionSummary],
    older: VersionNumber,
    newer: VersionNumber,
) -> (Option<VersionNumber>, Option<VersionNumber>) {
    let numbers = || versions.iter().map(|version| version.number);
    (numbers().rfind(|&number| number < older), numbers().find(|&number| number > newer))
}

fn chips(kinds: &Kinds, stats: &Stats) -> Vec<Chip> {
    let mut chips = Vec::new();
    let mut add = |class, text: Option<String>| {
        chips.extend(text.map(|text| Chip { class, text }));
    };
    for (kind, text) in [
        (Kind::Headline, "Headline rewritten"),
        (Kind::Byline, "Byline changed"),
        (Kind::Correction, "Correction note"),
        (Kind::Reversion, "Earlier text came back"),
        (Kind::Variant, "Test of variants"),
        (Kind::Technical, "Technical: only Stet's reading changed"),
    ] {
        add("key", kinds.contains(&kind).then(|| text.to_owned()));
    }
    add("ins", signed("+", stats.words_added));
    add("del", signed("−", stats.words_removed));
    for (class, number, verb) in [
        ("", stats.paragraphs_edited, "edited"),
        ("", stats.paragraphs_added, "added"),
        ("", stats.paragraphs_removed, "removed"),
        ("move", stats.paragraphs_moved, "moved"),
    ] {
        add(class, (number > 0).then(|| format!("{} ¶ {verb}", wording::grouped(number))));
    }
    if chips.is_empty() {
        chips.push(Chip { class: "", text: "The same words".to_owned() });
    }
    chips
}

fn views(address: &str, view: &View) -> Vec<NavLink> {
    let (inline, only) = (view.is_inline(), view.only_changes());
    let link = |query: &str, label, is_current| {
        NavLink::new(format!("{address}{query}"), label, is_current)
    };
    vec![
        link("", "Side by side", !inline && !only),
        link("?view=inline", "Inline", inline && !only),
        link("?only=changes", "Only changes", only),
    ]
}

fn head(article: ArticleId, version: &StoredVersion) -> VersionHead {
    VersionHead {
        name: format!("Version {}", version.number),
        href: links::version(article, version.number),
        first_seen: Stamp::new(version.first_seen_at),
        language: version.text.language.clone().unwrap_or_default(),
    }
}

fn body(comparison: &Comparison, view: &View) -> Body {
    let only = view.only_changes();
    if view.is_inline() {
        Body::Lines(entries(lines(comparison), only, |line| !line.is_changed()))
    } else {
        Body::Rows(entries(diff_rows(comparison), only, |row| row.class == "same"))
    }
}

/// Where only changes are wanted, runs of unchanged paragraphs become one entry that counts them.
fn entries<T>(all: Vec<T>, only_changes: bool, is_same: impl Fn(&T) -> bool) -> Vec<Entry<T>> {
    let mut entries = Vec::with_capacity(all.len());
    let mut unchanged = 0_u32;
    let skipped = |count| {
        Entry::Unchanged(wording::counted(count, "unchanged paragraph", "unchanged paragraphs"))
    };
    for one in all {
        if only_changes && is_same(&one) {
            unchanged += 1;
            continue;
        }
        if unchanged > 0 {
            entries.push(skipped(unchanged));
            unchanged = 0;
        }
        entries.push(Entry::Shown(one));
    }
    if unchanged > 0 {
        entries.push(skipped(unchanged));
    }
    entries
}
