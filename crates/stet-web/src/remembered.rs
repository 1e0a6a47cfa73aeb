//! Answers that were given before and still hold.
//!
//! Most of what readers and their programs ask for did not change since somebody else asked: the
//! front page, feeds, a history that is talked about. What was sent then is sent again, ready and
//! compressed, if the [edition](stet_store::Edition) that it was made of is still the one in the
//! database: that is asked each time, so that nothing hidden or outdated is ever shown. Only answers
//! that are the same for every reader are kept.
//!
//! Debug builds trust nothing: they make each answer anew and compare. So every test of a page
//! tests this too.

use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use stet_core::ArticleId;
use stet_store::{Edition, StoreError};

use crate::Site;
use crate::cache::{CachePolicy, HoldsUntil, names};
use crate::error::PageError;
use crate::syndication::FeedFormat;

/// How many bytes of answers are kept.
const MAX_KEPT_BYTES: u64 = 16 * 1024 * 1024;

/// The longest answer that is kept, in bytes: above what a page may send, and most feeds.
const MAX_ANSWER_BYTES: usize = 512 * 1024;

/// What an answer is expected to take, in bytes.
const USUAL_BYTES: u64 = 8 * 1024;

/// What an answer takes besides what is counted, in bytes: its headers, mostly.
const OVERHEAD: usize = 1_024;

/// The longest address whose answer is kept, in bytes; and the longest list of encodings.
const MAX_KEY_BYTES: usize = 512;

/// Answers that were given.
pub(crate) struct Answers(Cache<Question, Arc<Answer>, Weight>);

impl Default for Answers {
    fn default() -> Self {
        let answers = usize::try_from(MAX_KEPT_BYTES / USUAL_BYTES).unwrap_or_default();
        Self(Cache::with_weighter(answers, MAX_KEPT_BYTES, Weight))
    }
}

/// Everything that an answer depends on, besides what is in the database and the settings.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Question {
    path_and_query: String,
    encodings: Option<String>,
}

struct Answer {
    edition: Edition,
    /// Until when, if time alone makes it another one.
    until: Option<DateTime<Utc>>,
    /// As they were sent: compressed as this question asks.
    headers: HeaderMap,
    /// `None` if it was sent to somebody who had it.
    body: Option<Bytes>,
}

#[derive(Clone)]
struct Weight;

impl Weighter<Question, Arc<Answer>> for Weight {
    fn weight(&self, question: &Question, answer: &Arc<Answer>) -> u64 {
        let body = answer.body.as_ref().map_or(0, Bytes::len);
        let bytes = question.path_and_query.len() + answer.edition.bytes() + body + OVERHEAD;
        u64::try_from(bytes).unwrap_or(u64::MAX)
    }
}

/// Middleware: answers as before where that still holds, and keeps answers that may be given again.
pub(crate) async fn remember(
    State(site): State<Site>,
    request: Request,
    next: Next,
) -> Result<Response, PageError> {
    let asked = Scope::of(request.uri()).zip(Question::of(&request));
    let Some((scope, question)) = asked else { return Ok(next.run(request).await) };
    // Read before anything else: what changes while an answer is made makes the answer too new for
    // its edition, and the next reader is given another one. If it cannot be read, the page says
    // why.
    let Ok(Some(edition)) = scope.edition(&site).await else { return Ok(next.run(request).await) };
    let known = request.headers().get(header::IF_NONE_MATCH);
    if let Some(answer) = site.answers.0.get(&question)
        && answer.edition == edition
        && answer.until.is_none_or(|until| site.now() < until)
        && let Some(response) = answer.given_to(known)
    {
        if cfg!(debug_assertions) {
            assert_holds(&site, scope, &answer, request, next).await;
        }
        return Ok(response);
    }
    let response = next.run(request).await;
    if !may_be_kept(&response) {
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    // Pages are rendered whole before they are sent: little is read here that was not in memory.
    let bytes = to_bytes(body, usize::MAX)
        .await
        .map_err(|error| PageError::Internal(anyhow::Error::new(error)))?;
    if bytes.len() <= MAX_ANSWER_BYTES {
        let body = (parts.status == StatusCode::OK).then(|| bytes.clone());
        let until = parts.extensions.get().map(|HoldsUntil(until)| *until);
        let answer = Answer { edition, until, headers: parts.headers.clone(), body };
        site.answers.0.insert(question, Arc::new(answer));
    }
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

/// Of which edition an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// Of an article's own history.
    Article(ArticleId),
    /// Of a list of changes: of all articles or of one publisher's, filtered or not.
    List,
}

impl Scope {
    /// The scope of what stands at an address; `None` where more goes into it than an edition tells.
    fn of(uri: &Uri) -> Option<Self> {
        let segments: Vec<&str> = uri.path().split('/').skip(1).collect();
        let article = |id: &str| Some(Self::Article(id.parse().ok()?));
        match segments[..] {
            ["" | "versions"] => Some(Self::List),
            [name] => (FeedFormat::split(name)?.0 == "versions").then_some(Self::List),
            ["sources", name] => FeedFormat::split(name).and(Some(Self::List)),
            ["articles", name] => article(FeedFormat::split(name)?.0),
            ["articles", id, "diff", _, _] | ["articles", id, "versions", _] => article(id),
            _ => None,
        }
    }

    async fn edition(self, site: &Site) -> Result<Option<Edition>, StoreError> {
        match self {
            Self::Article(id) => site.store.article_edition(id).await,
            Self::List => site.store.list_edition().await.map(Some),
        }
    }
}

impl Question {
    /// What a request asks, if whoever asks is nobody in particular.
    fn of(request: &Request) -> Option<Self> {
        let headers = request.headers();
        let is_personal = headers.contains_key(header::COOKIE);
        // A date alone says less than a tag: the page itself decides.
        let is_dated = headers.contains_key(header::IF_MODIFIED_SINCE)
            && !headers.contains_key(header::IF_NONE_MATCH);
        if request.method() != Method::GET || is_personal || is_dated {
            return None;
        }
        let encodings = headers.get(header::ACCEPT_ENCODING).map(|encodings| encodings.to_str());
        let question = Self {
            path_and_query: request.uri().path_and_query()?.as_str().to_owned(),
            encodings: encodings.transpose().ok()?.map(str::to_owned),
        };
        let encodings = question.encodings.as_ref().map_or(0, String::len);
        (question.path_and_query.len().max(encodings) <= MAX_KEY_BYTES).then_some(question)
    }
}

impl Answer {
    /// What is sent to a reader who has what these tags name; `None` if it is not known whole.
    fn given_to(&self, known: Option<&HeaderValue>) -> Option<Response> {
        let etag = self.headers.get(header::ETAG)?;
        if known.is_some_and(|known| names(known, etag)) {
            let kept = |name: HeaderName| Some((name.clone(), self.headers.get(name)?.clone()));
            let headers: HeaderMap =
                [header::ETAG, header::LAST_MODIFIED, header::CACHE_CONTROL, header::VARY]
                    .into_iter()
                    .filter_map(kept)
                    .collect();
            return Some((StatusCode::NOT_MODIFIED, headers).into_response());
        }
        let mut response = Response::new(Body::from(self.body.clone()?));
        *response.headers_mut() = self.headers.clone();
        Some(response)
    }
}

fn may_be_kept(response: &Response) -> bool {
    let headers = response.headers();
    matches!(response.status(), StatusCode::OK | StatusCode::NOT_MODIFIED)
        && headers.contains_key(header::ETAG)
        && headers.get(header::CACHE_CONTROL) == Some(&CachePolicy::Shared.header())
}

/// Makes an answer anew and compares; panics if it is another one though its edition is the same.
async fn assert_holds(site: &Site, scope: Scope, answer: &Answer, request: Request, next: Next) {
    let path = request.uri().path().to_owned();
    let (mut parts, body) = request.into_parts();
    parts.headers.remove(header::IF_NONE_MATCH);
    parts.headers.remove(header::IF_MODIFIED_SINCE);
    let response = next.run(Request::from_parts(parts, body)).await;
    let etag = response.headers().get(header::ETAG).cloned();
    if response.status() == StatusCode::OK && etag.as_ref() == answer.headers.get(header::ETAG) {
        return;
    }
    // Something may have happened in between.
    let edition = scope.edition(site).await;
    assert!(
        !matches!(edition, Ok(Some(edition)) if edition == answer.edition),
        "{path} changed, its edition did not"
    );
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn scope(uri: &str) -> Option<Scope> {
        Scope::of(&uri.parse().unwrap())
    }

    #[test]
    fn an_answer_is_kept_where_an_edition_tells_all_that_goes_into_it() {
        let seven = Some(Scope::Article(7.try_into().unwrap()));
        for address in ["/articles/7.rss?kinds=headline", "/articles/7/diff/0/1?view=inline"] {
            assert_eq!(scope(address), seven, "{address}");
        }
        assert_eq!(scope("/articles/7/versions/0"), seven);
        for address in [
            "/",
            "/?before=x",
            "/versions",
            "/versions.rss",
            "/versions.json?kinds=headline",
            "/sources/a.rss",
        ] {
            assert_eq!(scope(address), Some(Scope::List), "{address}");
        }
        for address in [
            "/versions/search.rss",
            "/sources.opml",
            "/sources/a",
            "/articles",
            "/articles/7",
            "/articles/seven.rss",
            "/articles/7/visibility",
        ] {
            assert_eq!(scope(address), None, "{address}");
        }
    }

    #[test]
    fn who_is_somebody_or_asks_by_date_alone_is_answered_anew() {
        let asked = |method: Method, headers: &[(HeaderName, &str)]| {
            let mut request = Request::builder().method(method).uri("/?x");
            for (name, value) in headers {
                request = request.header(name, *value);
            }
            Question::of(&request.body(Body::empty()).unwrap()).is_some()
        };
        let date = (header::IF_MODIFIED_SINCE, "Fri, 09 Sep 2016 19:44:00 GMT");
        let tag = (header::IF_NONE_MATCH, "W/\"a\"");
        assert!(asked(Method::GET, &[]));
        assert!(asked(Method::GET, &[date.clone(), tag]));
        assert!(!asked(Method::GET, &[date]));
        assert!(!asked(Method::HEAD, &[]));
        assert!(!asked(Method::POST, &[]));
        assert!(!asked(Method::GET, &[(header::COOKIE, "a=b")]));
        assert!(!asked(Method::GET, &[(header::ACCEPT_ENCODING, &"gzip, ".repeat(100))]));
    }
}
