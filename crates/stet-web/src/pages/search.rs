//! Search: the sentences in which a query is found, and what became of them.

use askama::Template;
use askama_web::WebTemplate;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use stet_core::search::Query;
use stet_store::{HitList, PassageState, SearchFilter, Searched};
use stet_words::{say, text};

use super::latest::Pager;
use super::search_feed;
use crate::asked::Asked;
use crate::cache::CachePolicy;
use crate::error::PageError;
use crate::hits::{HitGroup, groups};
use crate::kind_box::KindBox;
use crate::layout::{Layout, Section};
use crate::source_choice::SourceChoice;
use crate::syndication::FeedAsked;
use crate::{Site, cursor, links};

/// Passages on one page: a few sentences each.
const PAGE_HITS: u32 = 30;

#[derive(Template, WebTemplate)]
#[template(path = "search.html")]
struct SearchPage {
    layout: Layout,
    action: String,
    q: String,
    states: Vec<StateOption>,
    kinds: Vec<KindBox>,
    source: SourceChoice,
    since: String,
    until: String,
    min_words: String,
    /// Whether more is asked for than words and what became of them.
    is_filtered: bool,
    help: String,
    /// What is to be said of the query before what was found.
    notice: Option<String>,
    groups: Vec<HitGroup>,
    /// Why nothing is shown, where something was asked for.
    nothing: Option<String>,
    pager: Pager,
}

/// A choice of what is found: by what became of it.
struct StateOption {
    value: &'static str,
    label: &'static str,
    is_chosen: bool,
}

/// What an address may ask for beside words and what became of them.
const FILTERS: [&str; 5] = ["kinds", "source", "since", "until", "min_words"];

/// Word in addresses, label, what it takes.
const STATES: [(&str, &str, Option<PassageState>); 3] = [
    ("ever", "search-all-texts", None),
    ("standing", "search-only-standing", Some(PassageState::Standing)),
    ("gone", "search-only-gone", Some(PassageState::Gone)),
];

/// `/versions/search?q=&text=&kinds=&source=&since=&until=&min_words=&before=`
pub(crate) async fn show(State(site): State<Site>, asked: Asked) -> Result<Response, PageError> {
    let behind = asked.one(cursor::BEHIND).map(cursor::hit).transpose()?;
    let q = asked.one("q").unwrap_or_default();
    let query = Query::parse(q);
    let source = SourceChoice::load(&site, asked.one("source")).await?;
    let wanted = wanted(&site, &asked, &query, &source).await?;
    let mut page = SearchPage::new(&asked, q, source)?;
    if query.is_cut() {
        page.notice = Some(text("search-the-question-is").to_owned());
    }
    let filter = match wanted {
        Wanted::Passages(filter) => filter,
        Wanted::UnknownSource(slug) => {
            page.nothing = Some(say("search-there-is-no").with("slug", &slug).to_string());
            return Ok((CachePolicy::Shared, page).into_response());
        }
        Wanted::Nothing => {
            if !q.is_empty() {
                page.nothing = Some(text("search-ask-for-one").to_owned());
            }
            return Ok((CachePolicy::Shared, page).into_response());
        }
    };
    match site.store.search(&filter, behind, PAGE_HITS).await? {
        Searched::Found(list) => page.show(&asked, &query, &list, behind.is_some()),
        Searched::TooBroad => {
            page.nothing = Some(text("search-these-words-are").to_owned());
        }
    }
    Ok((CachePolicy::Shared, page).into_response())
}

/// What an address asks for.
pub(super) enum Wanted {
    /// These passages.
    Passages(SearchFilter),
    /// Those of a source that there is not.
    UnknownSource(String),
    /// No word that can be found.
    Nothing,
}

/// Reads what an address asks for; the source that was chosen in a field is one more of those that
/// the query may name.
pub(super) async fn wanted(
    site: &Site,
    asked: &Asked,
    query: &Query,
    source: &SourceChoice,
) -> Result<Wanted, PageError> {
    let (_, state) = state(asked)?;
    let (span, kinds) = (asked.span()?, asked.feed_kinds()?);
    let min_words = asked.value("min_words")?.unwrap_or_default();
    let (mut within, without) = match named(site, query).await? {
        Ok(named) => named,
        Err(slug) => return Ok(Wanted::UnknownSource(slug)),
    };
    if let Some(chosen) = &source.found {
        within.push(chosen.id.get());
    } else if source.is_unknown() {
        return Ok(Wanted::UnknownSource(source.value.clone()));
    }
    Ok(match query.tsquery(&within, &without) {
        Some(tsquery) => Wanted::Passages(SearchFilter { tsquery, state, span, kinds, min_words }),
        None => Wanted::Nothing,
    })
}

/// What became of the passages that are asked for, as the address has it and as the store does.
fn state(asked: &Asked) -> Result<(&str, Option<PassageState>), PageError> {
    let text = asked.one("text").unwrap_or(STATES[0].0);
    let known = STATES.into_iter().find(|(word, ..)| *word == text);
    let (.., state) = known.ok_or_else(|| {
        let words: Vec<&str> = STATES.iter().map(|(word, ..)| *word).collect();
        let words = words.join(", ");
        PageError::NotUnderstood(
            say("search-text-cannot-be").with("text", text).with("words", &words).to_string(),
        )
    })?;
    Ok((text, state))
}

/// The sources that may be found and those that may not, by their identifiers.
pub(crate) type Named = (Vec<i64>, Vec<i64>);

/// The sources that a query names; or the one that there is not.
pub(crate) async fn named(site: &Site, query: &Query) -> Result<Result<Named, String>, PageError> {
    let terms = query.sources();
    if terms.is_empty() {
        return Ok(Ok(Named::default()));
    }
    let slugs: Vec<String> = terms.iter().map(|term| term.slug.clone()).collect();
    let known = site.store.sources_named(&slugs).await?;
    let (mut within, mut without) = Named::default();
    for term in terms {
        match known.iter().find(|source| source.slug == term.slug) {
            Some(source) if term.is_without => without.push(source.id.get()),
            Some(source) => within.push(source.id.get()),
            None if term.is_without => {}
            None => return Ok(Err(term.slug.clone())),
        }
    }
    Ok(Ok((within, without)))
}

fn layout(asked: &Asked, title: &str, q: &str) -> Result<Layout, PageError> {
    let layout =
        Layout::new(title, Section::Search).describing(text("search-search-every-text").to_owned());
    if q.is_empty() {
        return Ok(layout);
    }
    let feed = FeedAsked::read(asked)?;
    Ok(layout.with_feed(
        &links::search_feed(&search_feed::pairs(asked, &feed)),
        &say("search-changes-with").with("q", q).to_string(),
    ))
}

impl SearchPage {
    fn new(asked: &Asked, q: &str, source: SourceChoice) -> Result<Self, PageError> {
        let (word, _) = state(asked)?;
        let title = if q.is_empty() {
            text("search-search").to_owned()
        } else {
            say("search-title").with("q", q).to_string()
        };
        let given = |name| asked.one(name).unwrap_or_default().to_owned();
        let is_given = |name: &&str| asked.one(name).is_some();
        Ok(Self {
            layout: layout(asked, &title, q)?,
            action: links::search(),
            q: q.to_owned(),
            states: STATES
                .into_iter()
                .map(|(value, label, _)| StateOption {
                    value,
                    label: text(label),
                    is_chosen: value == word,
                })
                .collect(),
            kinds: KindBox::each(&asked.kinds()?),
            source,
            since: given("since"),
            until: given("until"),
            min_words: given("min_words"),
            is_filtered: FILTERS.iter().any(is_given),
            help: links::help_on("search"),
            notice: None,
            groups: Vec::new(),
            nothing: None,
            pager: Pager { newest: None, older: None },
        })
    }

    fn show(&mut self, asked: &Asked, query: &Query, list: &HitList, is_behind: bool) {
        self.groups = groups(&list.hits, query);
        if self.groups.is_empty() {
            let has_crossed_days = asked.span().is_ok_and(|span| span.is_empty());
            let why = match () {
                () if is_behind => text("search-there-is-nothing"),
                () if has_crossed_days => text("search-days-are-crossed"),
                () if self.is_filtered => text("search-nothing-was-found-filtered"),
                () => text("search-nothing-was-found"),
            };
            self.nothing = Some(why.to_owned());
        }
        let without = [cursor::BEHIND];
        self.pager = Pager {
            newest: is_behind.then(|| links::search_with(&asked.with(&without, &[]))),
            older: list.next.as_ref().map(|next| {
                let place = cursor::of_hit(next);
                links::search_with(&asked.with(&without, &[(cursor::BEHIND, &place)]))
            }),
        };
    }
}
