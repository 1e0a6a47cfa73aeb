//! The latest changes of all articles, as a filter wants them, and the box that takes any address.

use askama::Template;
use askama_web::WebTemplate;
use axum::extract::State;
use axum::response::IntoResponse;
use stet_core::Kinds;
use stet_store::{ChangeFilter, FilteredChanges, Totals};
use stet_words::{say, text};

use super::{MAX_PAGE, PAGE_ROWS};
use crate::asked::Asked;
use crate::cache::CachePolicy;
use crate::change_line::ChangeLine;
use crate::error::PageError;
use crate::kind_box::KindBox;
use crate::layout::{Layout, Section};
use crate::links::FeedAddress;
use crate::source_choice::SourceChoice;
use crate::syndication::FeedFormat;
use crate::{Site, cursor, links, wording};

#[derive(Template, WebTemplate)]
#[template(path = "latest.html")]
struct LatestPage {
    layout: Layout,
    /// Printed without grouping: other programs read the sentence.
    articles: u32,
    versions: u32,
    lookup: String,
    form: FilterForm,
    changes: Vec<ChangeLine>,
    feed: String,
    watch: String,
    pager: Pager,
}

/// The links to a list's beginning and to what is behind a page.
pub(crate) struct Pager {
    pub(crate) newest: Option<String>,
    pub(crate) older: Option<String>,
}

/// The form by which the list is filtered.
struct FilterForm {
    action: String,
    kinds: Vec<KindBox>,
    source: SourceChoice,
    since: String,
    until: String,
    min_words: String,
    /// What the filter takes, in words, where it is set.
    in_words: Option<String>,
    all: String,
}

/// `/`, `/versions`; `?kinds=&source=&since=&until=&min_words=`, `?before=`. Old links have `?page=`.
pub(crate) async fn show(
    State(site): State<Site>,
    asked: Asked,
) -> Result<impl IntoResponse, PageError> {
    let page = match asked.number("page")? {
        None => 1,
        Some(page @ 1..=MAX_PAGE) => page,
        Some(_) => return Err(PageError::NotFound),
    };
    let source = SourceChoice::load(&site, asked.one("source")).await?;
    let filter = ChangeFilter {
        kinds: asked.kinds()?,
        source: source.found.as_ref().map(|source| source.id),
        span: asked.span()?,
        min_words: asked.number("min_words")?.unwrap_or_default(),
    };
    let behind = asked.one(cursor::BEHIND).map(cursor::change).transpose()?;
    let (behind, is_past_the_end) = match behind {
        None if page > 1 => {
            let place = site.store.place_behind((page - 1) * PAGE_ROWS).await?;
            (place, place.is_none())
        }
        behind => (behind, false),
    };
    let list = if source.is_unknown() || is_past_the_end {
        FilteredChanges { changes: Vec::new(), next: None }
    } else {
        site.store.filtered_changes(&filter, behind, PAGE_ROWS).await?
    };
    let totals = site.store.totals().await?;
    let is_first = behind.is_none() && page == 1;
    let form = FilterForm::new(&asked, &filter, source);
    let pager = Pager {
        newest: (!is_first)
            .then(|| links::latest_with(&asked.with(&["page", cursor::BEHIND], &[]))),
        older: list.next.as_ref().map(|next| {
            let place = cursor::of_change(next);
            links::latest_with(&asked.with(&["page", cursor::BEHIND], &[(cursor::BEHIND, &place)]))
        }),
    };
    Ok((CachePolicy::Shared, LatestPage::new(&list, &totals, form, pager)))
}

impl LatestPage {
    fn new(list: &FilteredChanges, totals: &Totals, form: FilterForm, pager: Pager) -> Self {
        let feed = form.feed();
        let layout = match form.in_words {
            None => Layout::new(text("latest-latest-changes"), Section::Latest),
            Some(_) => Layout::new(text("latest-latest-changes"), Section::Latest)
                .with_feed(&feed, text("latest-latest-changes-as")),
        };
        let layout = layout
            .with_totals(totals)
            .describing(text("latest-what-newspapers-changed").to_owned());
        Self {
            layout,
            articles: totals.articles,
            versions: totals.versions,
            lookup: links::lookup(),
            form,
            changes: list.changes.iter().map(ChangeLine::new).collect(),
            feed: feed.of(FeedFormat::Rss),
            watch: links::watch(),
            pager,
        }
    }
}

impl FilterForm {
    /// What the form asks for, as a feed.
    fn feed(&self) -> FeedAddress {
        let kinds = self.kinds.iter().filter(|kind| kind.is_checked).map(|kind| kind.value);
        let kinds = kinds.collect::<Vec<_>>().join(",");
        let pairs = [
            ("kinds", kinds.as_str()),
            ("min_words", &self.min_words),
            ("since", &self.since),
            ("until", &self.until),
            ("source", &self.source.value),
        ];
        let pairs: Vec<_> = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        links::latest_feed(&pairs)
    }

    fn new(asked: &Asked, filter: &ChangeFilter, source: SourceChoice) -> Self {
        let field = |name| asked.one(name).unwrap_or_default().to_owned();
        Self {
            action: links::versions(),
            kinds: KindBox::each(&filter.kinds),
            in_words: in_words(asked, &filter.kinds, &source),
            source,
            since: field("since"),
            until: field("until"),
            min_words: field("min_words"),
            all: links::latest(),
        }
    }
}

/// `Of these kinds: headline, quote; from example.com; since 2016-09-01`
fn in_words(asked: &Asked, kinds: &Kinds, source: &SourceChoice) -> Option<String> {
    let mut parts = Vec::new();
    if !kinds.is_empty() {
        let kinds: Vec<&str> = kinds.iter().copied().map(wording::kind).collect();
        parts.push(
            say("latest-of-these-kinds").with("kinds", kinds.join(text("list-joint"))).to_string(),
        );
    }
    if !source.value.is_empty() {
        let name = source.found.as_ref().map_or(source.value.as_str(), |found| &found.name);
        parts.push(say("latest-from").with("name", name).to_string());
    }
    for (name, message) in [("since", "latest-since"), ("until", "latest-until")] {
        parts.extend(asked.one(name).map(|day| say(message).with("day", day).to_string()));
    }
    parts.extend(
        asked
            .one("min_words")
            .map(|words| say("latest-of-words-or").with("words", words).to_string()),
    );
    (!parts.is_empty()).then(|| parts.join(text("summary-joint")))
}
