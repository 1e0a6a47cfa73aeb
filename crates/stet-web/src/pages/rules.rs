//! How a source's articles are read: CSS rules, tried on stored pages before they are saved.

use askama::Template;
use askama_web::WebTemplate;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use stet_core::ArticleId;
use stet_core::extract::{EXTRACTOR_REVISION, Knowledge, SiteRules};
use stet_store::audit::{Action, Subject};
use stet_store::{ReadArticle, RuleRevision, SetRulesError, SourceRereading, SourceSettings};
use stet_store::{Store, StoreError};
use stet_words::{say, text};

use super::rules_preview::Preview;
use super::{Named, editing, source};
use crate::cache::CachePolicy;
use crate::error::PageError;
use crate::layout::{Layout, Section};
use crate::session::Visitor;
use crate::trial::{StoredPage, Tried, try_rules};
use crate::wording::Stamp;
use crate::{Site, links, wording};

/// On how many articles rules are tried, besides the one that is chosen.
const TRIED: usize = 10;

/// From how many articles one is chosen.
const CHOICE: u32 = 50;

/// What is said beside a field whose rule cannot be used.
const NOT_A_SELECTOR: &str = "rules-this-is-not";

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Submission {
    title: String,
    standfirst: String,
    lead_caption: String,
    byline: String,
    date: String,
    body: String,
    drop: String,
    notice: String,
    /// The article whose whole text is shown.
    article: String,
    /// `save`, `restore`, or anything else for a preview.
    action: String,
    /// The revision to be restored.
    revision: i32,
    form_token: Option<String>,
}

#[derive(Template, WebTemplate)]
#[template(path = "rules.html")]
struct RulesPage {
    layout: Layout,
    source: String,
    source_href: String,
    action: String,
    token: Option<String>,
    fields: Vec<Field>,
    choice: Vec<Choice>,
    preview: Option<Preview>,
    problem: Option<String>,
    progress: Option<Progress>,
    revisions: Vec<Revision>,
}

/// A part of an article and its rule.
struct Field {
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    value: String,
    error: Option<&'static str>,
    /// On how many of the pages that were tried it finds nothing.
    idle: Option<String>,
}

struct Choice {
    id: ArticleId,
    title: String,
    is_chosen: bool,
}

/// How far the rereading by saved rules has come.
struct Progress {
    /// The name of what is said: that it is done, or going on.
    message: &'static str,
    at: Stamp,
    /// `14 articles; no text reads differently`
    outcome: String,
}

struct Revision {
    number: i32,
    at: Stamp,
    rules: Vec<(&'static str, String)>,
    stands: bool,
}

/// A source, with what its articles are read with.
struct Edited {
    settings: SourceSettings,
    knowledge: Knowledge,
    articles: Vec<ReadArticle>,
}

impl Edited {
    async fn find(site: &Site, slug: &str) -> Result<Self, PageError> {
        // A publisher all of whose articles are hidden is not named.
        source::load(site, slug).await?;
        let settings = site.store.source_settings(slug).await?.ok_or(PageError::NotFound)?;
        let knowledge = site.store.knowledge(slug).await?.ok_or(PageError::NotFound)?;
        let articles = site.store.read_articles(settings.id, CHOICE).await?;
        Ok(Self { settings, knowledge, articles })
    }
}

/// `GET /sources/{slug}/rules`
pub(crate) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Named(slug): Named<String>,
) -> Result<Response, PageError> {
    editing::editors_only(&visitor, &links::source_rules(&slug))?;
    let edited = Edited::find(&site, &slug).await?;
    let page =
        RulesPage::load(&site, &visitor, &slug, &edited, &edited.knowledge.rules, "").await?;
    Ok((CachePolicy::Personal, page).into_response())
}

/// `POST /sources/{slug}/rules`: a preview of the rules, or saves them.
pub(crate) async fn change(
    State(site): State<Site>,
    visitor: Visitor,
    Named(slug): Named<String>,
    Form(sent): Form<Submission>,
) -> Result<Response, PageError> {
    let here = links::source_rules(&slug);
    editing::check_form(&visitor, sent.form_token.as_deref(), &here)?;
    let edited = Edited::find(&site, &slug).await?;
    let rules = match sent.action.as_str() {
        "restore" => {
            let revisions = site.store.rule_revisions(edited.settings.id).await?;
            let restored = revisions.into_iter().find(|one| one.number == sent.revision);
            restored.ok_or(PageError::NotFound)?.rules
        }
        _ => sent.rules(),
    };
    let mut page = RulesPage::load(&site, &visitor, &slug, &edited, &rules, &sent.article).await?;
    if page.fields.iter().any(|field| field.error.is_some()) {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, CachePolicy::Personal, page).into_response());
    }
    if sent.action == "save" || sent.action == "restore" {
        match site.store.set_rules(&slug, &rules, site.now()).await {
            Ok(_) => {}
            Err(SetRulesError::Store(error)) => return Err(error.into()),
            Err(SetRulesError::Rule(error)) => return Err(PageError::Internal(error.into())),
        }
        site.store.ask_rereading(&slug, EXTRACTOR_REVISION, site.now()).await?;
        editing::note(&site, &visitor, Action::SetRules, Subject::Source(&slug)).await?;
        return Ok(Redirect::to(&here).into_response());
    }
    let (articles, has_chosen) = chosen_first(edited.articles, &sent.article);
    let then = Knowledge { rules, boilerplate: edited.knowledge.boilerplate.clone() };
    let load = stored_pages(&site.store, &articles);
    match try_rules(&site, edited.knowledge, then, load).await? {
        Ok(tried) => {
            page.fields.iter_mut().for_each(|field| field.idle = idle(field.name, &tried));
            page.preview = Some(Preview::new(&articles, tried, has_chosen));
        }
        Err(words) => page.problem = Some(words.to_owned()),
    }
    Ok((CachePolicy::Personal, page).into_response())
}

/// That a part's rule finds nothing, and on how many of the pages that could be read.
fn idle(part: &str, tried: &[Option<Tried>]) -> Option<String> {
    let read: Vec<_> = tried.iter().flatten().filter_map(|tried| tried.idle.as_ref()).collect();
    let idle = read.iter().filter(|idle| idle.contains(&part)).count();
    (idle > 0).then(|| {
        say("rules-finds-nothing").with("count", idle as u64).with("all", read.len() as u64).into()
    })
}

/// The articles that rules are tried on: the chosen one, then the last ones.
fn chosen_first(mut articles: Vec<ReadArticle>, chosen: &str) -> (Vec<ReadArticle>, bool) {
    let place = articles.iter().position(|article| article.id.to_string() == chosen);
    let chosen = place.map(|place| articles.remove(place));
    articles.truncate(TRIED);
    let has_chosen = chosen.is_some();
    (chosen.into_iter().chain(articles).collect(), has_chosen)
}

async fn stored_pages(
    store: &Store,
    articles: &[ReadArticle],
) -> Result<Vec<StoredPage>, StoreError> {
    let mut pages = Vec::with_capacity(articles.len());
    for article in articles {
        let snapshot = store.snapshot(article.id, article.version).await?;
        let snapshot = snapshot.ok_or_else(|| {
            StoreError::Corrupt(format!("version without bytes of article {}", article.id))
        })?;
        let content_type = snapshot.content_type().map(str::to_owned);
        pages.push(StoredPage { address: snapshot.address, content_type, bytes: snapshot.body });
    }
    Ok(pages)
}

impl Submission {
    fn rules(&self) -> SiteRules {
        let rule = |text: &String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        SiteRules {
            title: rule(&self.title),
            standfirst: rule(&self.standfirst),
            lead_caption: rule(&self.lead_caption),
            byline: rule(&self.byline),
            date: rule(&self.date),
            body: rule(&self.body),
            drop: rule(&self.drop),
            notice: rule(&self.notice),
        }
    }
}

/// The parts in the order of the form, each with rules that hold nothing but its own.
fn parts(rules: &SiteRules) -> [(&'static str, &'static str, &'static str, SiteRules); 8] {
    let none = SiteRules::default;
    let SiteRules { title, standfirst, lead_caption, byline, date, body, drop, notice } =
        rules.clone();
    [
        ("title", text("rules-headline"), "", SiteRules { title, ..none() }),
        ("standfirst", text("rules-standfirst"), "", SiteRules { standfirst, ..none() }),
        ("lead_caption", text("rules-caption-of-the"), "", SiteRules { lead_caption, ..none() }),
        ("byline", text("rules-byline"), "", SiteRules { byline, ..none() }),
        (
            "date",
            text("rules-date"),
            text("rules-the-elements-datetime"),
            SiteRules { date, ..none() },
        ),
        ("body", text("rules-body"), text("rules-what-holds-the"), SiteRules { body, ..none() }),
        ("drop", text("rules-drop"), text("rules-what-goes-before"), SiteRules { drop, ..none() }),
        (
            "notice",
            text("rules-notice"),
            text("rules-what-stands-on-notices"),
            SiteRules { notice, ..none() },
        ),
    ]
}

/// The selector of rules that have one part at most.
fn selector(rules: SiteRules) -> String {
    let SiteRules { title, standfirst, lead_caption, byline, date, body, drop, notice } = rules;
    let parts = [title, standfirst, lead_caption, byline, date, body, drop, notice];
    parts.into_iter().flatten().next().unwrap_or_default()
}

impl RulesPage {
    async fn load(
        site: &Site,
        visitor: &Visitor,
        slug: &str,
        edited: &Edited,
        rules: &SiteRules,
        chosen: &str,
    ) -> Result<Self, PageError> {
        let rereading = site.store.source_rereading(edited.settings.id).await?;
        let revisions = site.store.rule_revisions(edited.settings.id).await?;
        let field = |(name, label, hint, own): (_, _, _, SiteRules)| Field {
            name,
            label,
            hint,
            error: own.check().is_err().then_some(text(NOT_A_SELECTOR)),
            idle: None,
            value: selector(own),
        };
        Ok(Self {
            layout: Layout::new(text("rules-how-articles-are"), Section::Sources).with_form(),
            source: edited.settings.name.clone(),
            source_href: links::source(slug),
            action: links::source_rules(slug),
            token: visitor.form_token(),
            fields: parts(rules).into_iter().map(field).collect(),
            choice: edited
                .articles
                .iter()
                .map(|article| Choice {
                    id: article.id,
                    title: article.title.clone(),
                    is_chosen: article.id.to_string() == chosen,
                })
                .collect(),
            preview: None,
            problem: None,
            progress: rereading.as_ref().map(Progress::new),
            revisions: revisions.iter().enumerate().map(Revision::new).collect(),
        })
    }
}

impl Revision {
    fn new((place, revision): (usize, &RuleRevision)) -> Self {
        let rules = parts(&revision.rules).into_iter();
        Self {
            number: revision.number,
            at: Stamp::new(revision.at),
            rules: rules
                .map(|(_, label, _, own)| (label, selector(own)))
                .filter(|(_, selector)| !selector.is_empty())
                .collect(),
            stands: place == 0,
        }
    }
}

impl Progress {
    fn new(rereading: &SourceRereading) -> Self {
        let articles = wording::counted(rereading.articles, "articles");
        let done = wording::grouped(rereading.done);
        let part =
            |message| say(message).with("done", &done).with("articles", &articles).to_string();
        let (message, at, read) = match rereading.finished_at {
            Some(at) if rereading.done == rereading.articles => ("rules-done-html", at, articles),
            Some(at) => ("rules-done-html", at, part("rules-done-of")),
            None => ("rules-going-on-html", rereading.asked_at, part("rules-done-so-far")),
        };
        let changed = match rereading.changed {
            // Before the end that would be too early to say.
            0 => rereading.finished_at.map(|_| text("rules-no-text-became").to_owned()),
            some => Some(say("rules-texts-became").with("count", some).to_string()),
        };
        let failed = rereading.failed;
        let failed =
            (failed > 0).then(|| say("rules-could-not-be").with("count", failed).to_string());
        let said: Vec<String> = [Some(read), changed, failed].into_iter().flatten().collect();
        Self { message, at: Stamp::new(at), outcome: said.join(text("summary-joint")) }
    }
}
