//! A site over a database of its own, seeded as a poller seeds it, and asked as a browser asks.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body as HttpBody, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use chrono::{DateTime, TimeDelta, Utc};
use scraper::{Html, Node, Selector};
use sqlx::PgPool;
use stet_core::compare::{Stats, compare};
use stet_core::extract::{Knowledge, Page, extract_with_knowledge};
use stet_core::schedule::NextCheck;
use stet_core::{Address, ArticleId, ArticleText, CheckOutcome, Kinds, VersionNumber};
use stet_store::claim::{ArticleClaim, ClaimTerms, Lease};
use stet_store::feed::{FeedRecord, FeedSeen};
use stet_store::record::{Body, Difference, Seen, Visit};
use stet_store::rereading::Texts;
use stet_store::{Finding, NewSnapshot, Reading, Store};
use stet_web::{Settings, Site, router};
use tower::ServiceExt;

pub(crate) const TERMS: ClaimTerms =
    ClaimTerms { lease: TimeDelta::minutes(2), host_gap: TimeDelta::zero() };

/// What reads the texts that are seen here.
const READING: Reading = Reading { extractor: 1, rules: 0 };

/// So many minutes after 9 September 2016, 17:44 UTC.
pub(crate) fn minute(minutes: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_473_443_040, 0).unwrap() + TimeDelta::minutes(minutes)
}

pub(crate) fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

pub(crate) fn text(title: &str, paragraphs: &[&str]) -> ArticleText {
    ArticleText::new(title, paragraphs.iter().copied())
}

/// A site on a stage.
pub(crate) struct Stage {
    pub(crate) store: Store,
    router: Router,
    seconds: Arc<AtomicI64>,
}

/// What the site answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Stage {
    pub(crate) fn new(pool: PgPool) -> Self {
        Self::with(pool, |_| ())
    }

    /// A site whose settings were changed by `set`.
    pub(crate) fn with(pool: PgPool, set: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings::new("http://stet.example:8080/".parse().unwrap());
        set(&mut settings);
        let store = Store::new(pool);
        let seconds = Arc::new(AtomicI64::new(0));
        let clock = {
            let seconds = seconds.clone();
            Arc::new(move || minute(0) + TimeDelta::seconds(seconds.load(Ordering::Relaxed)))
        };
        let router = router(Site::new(store.clone(), settings, clock));
        Self { store, router, seconds }
    }

    pub(crate) fn set_seconds(&self, seconds: i64) {
        self.seconds.store(seconds, Ordering::Relaxed);
    }

    pub(crate) async fn send(&self, request: Request<HttpBody>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(request(Method::GET, path, &[], "")).await
    }

    pub(crate) async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(request(Method::GET, path, headers, "")).await
    }

    /// Sends a form as a browser does from a page of this site.
    pub(crate) async fn post(&self, path: &str, cookie: &str, form: &str) -> Answer {
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("sec-fetch-site", "same-origin"),
            ("cookie", cookie),
        ];
        self.send(request(Method::POST, path, &headers, form)).await
    }

    /// A page that must be there.
    pub(crate) async fn page(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        answer.body
    }

    /// The cookie of a new session.
    pub(crate) async fn log_in(&self) -> String {
        let session = self.store.create_session(minute(0)).await.unwrap();
        format!("stet={}", session.expose())
    }

    /// The token that the forms of a session carry, as its form says.
    pub(crate) async fn form_token(&self, cookie: &str) -> String {
        let form = self.get_with("/watch", &[("cookie", cookie)]).await;
        attribute(&form.body, "input[name=form_token]", "value").expect("a form with a token")
    }

    pub(crate) async fn watch(&self, url: &str) -> ArticleId {
        self.store.add_article(&address(url), minute(0)).await.unwrap().id
    }

    /// An article that had these texts, one an hour.
    pub(crate) async fn article(&self, url: &str, texts: &[ArticleText]) -> ArticleId {
        let id = self.watch(url).await;
        for (hour, text) in (0..).zip(texts) {
            self.see(id, hour * 60, text).await;
        }
        id
    }

    async fn claim(&self, id: ArticleId) -> ArticleClaim {
        self.store.claim_article(id, TERMS).await.unwrap().expect("a free article")
    }

    /// Checks an article and sees this text, which is not the one that stands.
    pub(crate) async fn see(&self, id: ArticleId, at: i64, text: &ArticleText) {
        let claim = self.claim(id).await;
        self.see_claimed(&claim, at, text).await;
    }

    /// Sees this text under a claim that was made earlier.
    pub(crate) async fn see_claimed(&self, claim: &ArticleClaim, at: i64, text: &ArticleText) {
        self.see_bytes(claim, at, text, b"<html>").await;
    }

    /// An article whose stored page is this one, as it is read without rules.
    pub(crate) async fn stored_page(&self, url: &str, html: &str) -> ArticleId {
        let id = self.watch(url).await;
        let claim = self.claim(id).await;
        let page = Page { address: &claim.address, content_type: None, bytes: html.as_bytes() };
        let text = extract_with_knowledge(page, &Knowledge::default()).unwrap();
        self.see_bytes(&claim, 0, &text, html.as_bytes()).await;
        id
    }

    async fn see_bytes(&self, claim: &ArticleClaim, at: i64, text: &ArticleText, bytes: &[u8]) {
        let difference = match claim.head {
            Some(head) => {
                let old = self.store.version(claim.id, head.version).await.unwrap().unwrap();
                let comparison = compare(&old.text, text);
                Some(Difference { stats: comparison.stats, kinds: comparison.kinds })
            }
            None => None,
        };
        let seen = Seen::Text {
            text,
            reading: READING,
            snapshot: NewSnapshot {
                fetched_at: minute(at),
                address: &claim.address,
                redirects: &[],
                status: 200,
                headers: &[],
                body: bytes,
            },
            body: Body { digest: text.digest().0, etag: None, last_modified: None, outline: None },
            difference: difference.as_ref(),
            doubt: None,
            next: next(at),
        };
        self.store.record(claim, &visit(at, None), seen).await.unwrap();
    }

    /// Lets a newer extractor make another text of an article's last bytes.
    pub(crate) async fn upgrade(&self, id: ArticleId, text: &ArticleText) {
        let claim = self.claim(id).await;
        let difference = Difference { stats: Stats::default(), kinds: Kinds::new() };
        let newer = Reading { extractor: READING.extractor + 1, ..READING };
        let standing = self.store.upgrade(&claim, text, newer, Some(&difference)).await.unwrap();
        assert!(standing.is_some());
    }

    /// Reads an article's first versions anew, and finds these texts.
    pub(crate) async fn reread(&self, id: ArticleId, texts: &[ArticleText]) {
        let claim = self.store.claim_rereading(id, TERMS.lease).await.unwrap().unwrap();
        let mut new = Texts::default();
        for (number, text) in (0..).zip(texts) {
            new.insert(VersionNumber::try_from(number).unwrap(), Some(text.clone()));
        }
        let newer = Reading { extractor: READING.extractor + 1, ..READING };
        let differences = BTreeMap::new();
        let is_written =
            self.store.record_rereading(&claim, newer, &new, &differences).await.unwrap();
        assert!(is_written);
    }

    /// Checks an article and fails.
    pub(crate) async fn fail(&self, id: ArticleId, at: i64, outcome: CheckOutcome, detail: &str) {
        let claim = self.claim(id).await;
        let seen = Seen::Failure { outcome, next: next(at) };
        self.store.record(&claim, &visit(at, Some(detail)), seen).await.unwrap();
    }

    /// Checks an article so long after the last change that it falls dormant.
    pub(crate) async fn fall_dormant(&self, id: ArticleId, at: i64) {
        let claim = self.claim(id).await;
        let body = Body { digest: [0; 32], etag: None, last_modified: None, outline: None };
        let seen = Seen::Unchanged { read: None, body, next: None };
        self.store.record(&claim, &visit(at, None), seen).await.unwrap();
    }

    /// Visits an article's host, which asks to be left alone for so long.
    pub(crate) async fn rest(&self, url: &str, rest: TimeDelta) {
        let lease = self.store.claim_host(&address(url), TERMS).await.unwrap().unwrap();
        self.store.give_host_back(&Lease { host_gap: rest, ..lease }).await.unwrap();
    }

    /// A feed that was read once, in vain.
    pub(crate) async fn failing_feed(&self, url: &str, title: &str, error: &str) {
        self.store.add_feed(&address(url), Some(title), minute(0)).await.unwrap();
        let claims = self.store.claim_feeds(minute(0), 1, TERMS).await.unwrap();
        let seen = FeedSeen::Failure { outcome: CheckOutcome::NotAFeed, error };
        let record = FeedRecord { at: minute(0), seen };
        self.store.record_feed(&claims[0], record, |_| next(0)).await.unwrap();
    }

    /// Answers the proposals as a poller does.
    pub(crate) async fn answer_proposals(&self, found: Result<&Finding, (CheckOutcome, &str)>) {
        for claim in self.store.claim_proposals(10, TERMS).await.unwrap() {
            let via = [claim.address.clone()];
            assert!(self.store.record_proposal(&claim, found, &via, minute(0)).await.unwrap());
        }
    }
}

impl Answer {
    pub(crate) fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

pub(crate) fn request(
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Request<HttpBody> {
    let mut request = Request::builder().method(method).uri(path).header("host", "stet.example");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(HttpBody::from(body.to_owned())).unwrap()
}

/// An attribute of the first element that a selector finds.
pub(crate) fn attribute(html: &str, selector: &str, name: &str) -> Option<String> {
    let document = Html::parse_document(html);
    let selector = Selector::parse(selector).unwrap();
    document.select(&selector).next()?.value().attr(name).map(str::to_owned)
}

/// The text of a page as a reader sees it, cells and paragraphs apart, with white space folded.
pub(crate) fn words(html: &str) -> String {
    let document = Html::parse_document(html);
    let mut text = String::new();
    for node in document.root_element().descendants() {
        match node.value() {
            Node::Text(piece) => text.push_str(piece),
            Node::Element(element)
                if ["td", "th", "li", "p", "h1", "h2", "a", "span", "dt", "dd"]
                    .contains(&element.name()) =>
            {
                text.push(' ');
            }
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Asserts that a page says something, wherever its elements begin and end.
#[track_caller]
pub(crate) fn says(html: &str, sentence: &str) {
    let words = words(html);
    assert!(words.contains(sentence), "{sentence:?} is not in {words:?}");
}

pub(crate) fn next(at: i64) -> NextCheck {
    NextCheck { at: minute(at + 30), period: TimeDelta::minutes(30) }
}

fn visit(at: i64, detail: Option<&str>) -> Visit<'_> {
    Visit {
        at: minute(at),
        status: Some(200),
        took: Duration::from_millis(80),
        bytes: 1_204,
        detail,
    }
}
