//! Every address that the site prints.

use std::fmt::Display;

use chrono::{DateTime, Utc};
use stet_core::{
    Address, ArticleId, FeedId, Kind, Kinds, VersionNumber, WebhookId, timemap as moments,
};
use stet_store::{Change, Passage, ProposalId, Secret};
use url::{Url, form_urlencoded};

use crate::cursor;
use crate::syndication::FeedFormat;

/// The address of a feed, whatever its format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FeedAddress {
    path: String,
    pairs: Vec<(String, String)>,
}

impl FeedAddress {
    fn new(path: String, pairs: &[(&str, &str)]) -> Self {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self { path, pairs: pairs.iter().map(owned).collect() }
    }

    /// Its address in a format.
    pub(crate) fn of(&self, format: FeedFormat) -> String {
        let path = format!("{}.{}", self.path, format.ending());
        if self.pairs.is_empty() { path } else { with_query(&path, &self.borrowed()) }
    }

    /// The address of its page that begins behind a place.
    pub(crate) fn behind(&self, format: FeedFormat, place: &str) -> String {
        let path = format!("{}.{}", self.path, format.ending());
        with_query(&path, &[self.borrowed().as_slice(), &[(cursor::BEHIND, place)]].concat())
    }

    /// What names it for good, whatever its format and wherever the site stands.
    pub(crate) fn name(&self) -> String {
        if self.pairs.is_empty() {
            self.path.clone()
        } else {
            with_query(&self.path, &self.borrowed())
        }
    }

    fn borrowed(&self) -> Vec<(&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }
}

/// The latest changes.
pub(crate) fn latest() -> String {
    "/".to_owned()
}

/// The latest changes, where a form filters them.
pub(crate) fn versions() -> String {
    "/versions".to_owned()
}

/// The latest changes that a query asks for.
pub(crate) fn latest_with(pairs: &[(&str, &str)]) -> String {
    if pairs.is_empty() { latest() } else { with_query("/versions", pairs) }
}

/// The search.
pub(crate) fn search() -> String {
    "/versions/search".to_owned()
}

/// What a search finds.
pub(crate) fn search_with(pairs: &[(&str, &str)]) -> String {
    with_query("/versions/search", pairs)
}

/// From any address to its history.
pub(crate) fn lookup() -> String {
    "/articles/lookup".to_owned()
}

/// The list of articles that a query asks for.
pub(crate) fn articles_with(pairs: &[(&str, &str)]) -> String {
    if pairs.is_empty() { articles(1) } else { with_query("/articles", pairs) }
}

/// What this site is.
pub(crate) fn about() -> String {
    "/about".to_owned()
}

/// How its pages are read.
pub(crate) fn help() -> String {
    "/help".to_owned()
}

/// A part of the help.
pub(crate) fn help_on(part: &str) -> String {
    format!("/help#{part}")
}

/// A bookmark that leads from the page that a browser shows to its history here. An origin holds no
/// character that means something in a script.
pub(crate) fn bookmarklet(base: &Url) -> String {
    let lookup = absolute(base, "/articles/lookup?url=");
    format!("javascript:void(location.href='{lookup}'+encodeURIComponent(location.href))")
}

/// Where an operator's contact can be opened: a web address, or a mail address.
pub(crate) fn contact(contact: &str) -> Option<String> {
    let is_plain = !contact.contains(|c: char| c.is_whitespace() || c.is_control());
    match Url::parse(contact) {
        Ok(url) if matches!(url.scheme(), "http" | "https" | "mailto") => Some(url.into()),
        Err(_) if is_plain && contact.contains('@') => Some(format!("mailto:{contact}")),
        _ => None,
    }
}

/// The latest changes that a query asks for, as a feed.
pub(crate) fn latest_feed(pairs: &[(&str, &str)]) -> FeedAddress {
    FeedAddress::new("/versions".to_owned(), pairs)
}

/// The addresses of all feeds without a filter that an article's change is news to, in full.
#[must_use]
pub fn feeds_of(base: &Url, article: ArticleId, source: &str) -> Vec<String> {
    let feeds = [latest_feed(&[]), source_feed(source, &[]), article_feed(article, &[])];
    let each = |feed: &FeedAddress| FeedFormat::ALL.map(|format| absolute(base, &feed.of(format)));
    feeds.iter().flat_map(each).collect()
}

/// What a search finds, as a feed.
pub(crate) fn search_feed(pairs: &[(&str, &str)]) -> FeedAddress {
    FeedAddress::new(search(), pairs)
}

/// A publisher's changes as a feed.
pub(crate) fn source_feed(slug: &str, pairs: &[(&str, &str)]) -> FeedAddress {
    FeedAddress::new(source(slug), pairs)
}

/// All sources' feeds of changes, for a reader's program.
pub(crate) fn sources_opml() -> String {
    "/sources.opml".to_owned()
}

/// Where editors bring a list of feeds to be read.
pub(crate) fn import_feeds() -> String {
    "/watch/opml".to_owned()
}

/// Where the feeds are sent that they chose from it.
pub(crate) fn add_feeds() -> String {
    "/watch/opml/add".to_owned()
}

/// A page of the list of articles.
pub(crate) fn articles(page: u32) -> String {
    if page <= 1 { "/articles".to_owned() } else { format!("/articles?page={page}") }
}

/// An article's history.
pub(crate) fn article(id: ArticleId) -> String {
    format!("/articles/{id}")
}

/// A further page of the tables of an article's history.
pub(crate) fn article_page(id: ArticleId, page: u32) -> String {
    if page <= 1 { article(id) } else { format!("/articles/{id}?page={page}") }
}

/// An article's changes that a query asks for, as a feed.
pub(crate) fn article_feed(id: ArticleId, pairs: &[(&str, &str)]) -> FeedAddress {
    FeedAddress::new(article(id), pairs)
}

/// Where editors hide an article, bring it back or delete it.
pub(crate) fn visibility(id: ArticleId) -> String {
    format!("/articles/{id}/visibility")
}

/// The audit log.
pub(crate) fn audit() -> String {
    "/audit".to_owned()
}

/// The lines of the audit log before line `before`, filtered as `pairs` say.
pub(crate) fn audit_before(pairs: &[(&str, &str)], before: i64) -> String {
    let before = before.to_string();
    with_query("/audit", &[pairs, &[("before", &before)]].concat())
}

/// The list of editors.
pub(crate) fn editors() -> String {
    "/editors".to_owned()
}

/// An editor's own page.
pub(crate) fn account() -> String {
    "/account".to_owned()
}

/// The tokens by which programs use the API.
pub(crate) fn tokens() -> String {
    "/account/tokens".to_owned()
}

/// The addresses to which changes are posted.
pub(crate) fn webhooks() -> String {
    "/webhooks".to_owned()
}

/// One of them.
pub(crate) fn webhook(id: WebhookId) -> String {
    format!("/webhooks/{id}")
}

/// What the API is, for programs.
pub(crate) fn api_description() -> String {
    "/api/openapi.json".to_owned()
}

/// A page of a list of the API.
pub(crate) fn api_list(path: &str, pairs: &[(&str, &str)]) -> String {
    with_query(path, pairs)
}

/// A proposal, for programs.
pub(crate) fn api_proposal(id: &ProposalId) -> String {
    format!("/api/v1/proposals/{id}")
}

/// Where an editor sets a password by a one-time link.
pub(crate) fn password_link(secret: &Secret) -> String {
    with_query("/account/password", &[("link", secret.expose())])
}

/// Where the form that sets a password is sent.
pub(crate) fn set_password() -> String {
    "/account/password".to_owned()
}

/// Two versions side by side: the passage from `a` to `b`, which may be the older one.
pub(crate) fn diff(id: ArticleId, a: VersionNumber, b: VersionNumber) -> String {
    format!("/articles/{id}/diff/{a}/{b}")
}

/// Where the choice of two versions is made into the address of their comparison.
pub(crate) fn diff_choice(id: ArticleId) -> String {
    format!("/articles/{id}/diff")
}

/// What a change is about: both versions side by side, or the one version of an article that was
/// removed or came back with the text that it had.
pub(crate) fn change(change: &Change) -> String {
    let which = which_change(&change.kinds, change.number);
    numbered(change.article, (change.from, change.to), which)
}

/// The same, of a change of this article.
pub(crate) fn passage(article: ArticleId, passage: &Passage) -> String {
    let which = which_change(&passage.kinds, passage.number);
    numbered(article, (passage.from, passage.to), which)
}

/// The same, of the first change between two versions.
pub(crate) fn between(article: ArticleId, from: VersionNumber, to: VersionNumber) -> String {
    numbered(article, (from, to), None)
}

/// The number by which a comparison's address says which change it means (`?change=`). Without it
/// that is the first between its versions; a text that came back may have done so before.
pub(crate) fn which_change(kinds: &Kinds, number: u32) -> Option<u32> {
    kinds.contains(&Kind::Reversion).then_some(number)
}

fn numbered(
    article: ArticleId,
    (from, to): (VersionNumber, VersionNumber),
    which: Option<u32>,
) -> String {
    match which {
        _ if from == to => version(article, to),
        None => diff(article, from, to),
        Some(number) => format!("{}?change={number}", diff(article, from, to)),
    }
}

/// The anchor of a paragraph in comparisons, which says its version and its place from 1: `v0-p6`.
pub(crate) fn paragraph_of(version: VersionNumber, place: impl Display) -> String {
    format!("v{version}-p{place}")
}

/// The anchor of a paragraph on the page of its version: `p-6`.
pub(crate) fn paragraph(place: impl Display) -> String {
    format!("p-{place}")
}

/// A page from one of its anchors on, where that is known.
pub(crate) fn at(page: String, anchor: Option<String>) -> String {
    match anchor {
        Some(anchor) => format!("{page}#{anchor}"),
        None => page,
    }
}

/// One version whole.
pub(crate) fn version(id: ArticleId, number: VersionNumber) -> String {
    format!("/articles/{id}/versions/{number}")
}

/// One version whole, with the age of each sentence.
pub(crate) fn version_by_sentence(id: ArticleId, number: VersionNumber) -> String {
    format!("/articles/{id}/versions/{number}?by=sentence")
}

/// The form that adds an article or a feed.
pub(crate) fn watch() -> String {
    "/watch".to_owned()
}

/// The form with an address in it.
pub(crate) fn watch_with(address: &str) -> String {
    with_query("/watch", &[("address", address)])
}

/// What was found at a proposed address.
pub(crate) fn proposal(id: &ProposalId) -> String {
    format!("/watch/{id}")
}

/// Where an address leads to what stood there at a time (RFC 7089).
pub(crate) fn timegate(original: &Address) -> String {
    format!("/timegate/{original}")
}

/// A page of the list of what is stored of an address, in the link format.
pub(crate) fn timemap_links(original: &Address, page: usize) -> String {
    paged("/timemap/link", original, page)
}

/// The same as JSON.
pub(crate) fn timemap_json(original: &Address, page: usize) -> String {
    paged("/timemap/json", original, page)
}

fn paged(list: &str, original: &Address, page: usize) -> String {
    if page <= 1 { format!("{list}/{original}") } else { format!("{list}/{page}/{original}") }
}

/// What was stored of an address at a time.
pub(crate) fn memento(original: &Address, at: DateTime<Utc>) -> String {
    format!("/memento/{}/{original}", moments::digits(at))
}

/// Publishers and the feeds that are read.
pub(crate) fn sources() -> String {
    "/sources".to_owned()
}

/// A feed in the list of sources.
pub(crate) fn feed(id: FeedId) -> String {
    format!("/sources#feed-{id}")
}

/// A publisher, with its feeds.
pub(crate) fn source(slug: &str) -> String {
    format!("/sources/{slug}")
}

/// The name, pace and pause of a publisher.
pub(crate) fn source_settings(slug: &str) -> String {
    format!("/sources/{slug}/settings")
}

/// How a publisher's articles are read.
pub(crate) fn source_rules(slug: &str) -> String {
    format!("/sources/{slug}/rules")
}

/// How a feed is read.
pub(crate) fn feed_settings(slug: &str, feed: FeedId) -> String {
    format!("/sources/{slug}/feeds/{feed}")
}

/// Which of the addresses that a publisher's feeds name are watched.
pub(crate) fn source_filter(slug: &str) -> String {
    format!("/sources/{slug}/filter")
}

/// Which of the addresses that one feed of a publisher names are watched.
pub(crate) fn feed_filter(slug: &str, feed: FeedId) -> String {
    format!("/sources/{slug}/filter?feed={feed}")
}

/// The login, which leads on to `next`.
pub(crate) fn login(next: Option<&str>) -> String {
    match next {
        Some(next) => with_query("/login", &[("next", next)]),
        None => "/login".to_owned(),
    }
}

/// Where a session is closed.
pub(crate) fn logout() -> String {
    "/logout".to_owned()
}

/// Whether the site and its database work.
pub(crate) fn status() -> String {
    "/health/check".to_owned()
}

/// A static file under its hashed name.
pub(crate) fn asset(hashed_name: &str) -> String {
    format!("/static/{hashed_name}")
}

/// An address of this site in full, by the configured base and never by a request's `Host`.
pub(crate) fn absolute(base: &Url, path: &str) -> String {
    format!("{}{path}", base.origin().ascii_serialization())
}

/// A link to the newspaper, checked again for its scheme: whatever the database holds, no page
/// links to anything but http and https.
pub(crate) fn outbound(address: &Address) -> Option<String> {
    matches!(address.url().scheme(), "http" | "https").then(|| address.as_str().to_owned())
}

/// Where a login leads: a path of this site, whatever was asked for.
pub(crate) fn safe_next(next: Option<&str>) -> String {
    let Some(next) = next else { return watch() };
    let Ok(base) = Url::parse("http://this.site.invalid/") else { return watch() };
    match base.join(next) {
        Ok(url) if url.origin() == base.origin() && next.starts_with('/') => {
            let path = url.path();
            match url.query() {
                // `//host` would be another site's address.
                _ if path.starts_with("//") => watch(),
                Some(query) => format!("{path}?{query}"),
                None => path.to_owned(),
            }
        }
        _ => watch(),
    }
}

fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("{path}?{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_leads_nowhere_but_to_this_site() {
        assert_eq!(safe_next(Some("/watch?address=a%20b")), "/watch?address=a%20b");
        for hostile in [
            "https://evil.example/",
            "//evil.example/",
            "/\\evil.example/",
            "/\t/evil.example",
            "/.//evil.example",
            "javascript:alert(1)",
            "evil",
            "",
        ] {
            assert_eq!(safe_next(Some(hostile)), "/watch", "{hostile:?}");
        }
        assert_eq!(safe_next(None), "/watch");
    }

    #[test]
    fn an_absolute_address_is_the_base_origin_and_a_path() {
        let base = Url::parse("https://news.example:8443/ignored").unwrap();
        assert_eq!(absolute(&base, "/articles/1"), "https://news.example:8443/articles/1");
    }

    #[test]
    fn a_contact_is_a_web_or_a_mail_address_or_just_text() {
        assert_eq!(contact("ed@stet.example").unwrap(), "mailto:ed@stet.example");
        assert_eq!(contact("https://stet.example/").unwrap(), "https://stet.example/");
        assert_eq!(contact("javascript:alert(1)"), None);
        assert_eq!(contact("The Editors"), None);
    }

    #[test]
    fn versions_are_compared_the_older_first() {
        let number = |n: i32| VersionNumber::try_from(n).unwrap();
        let id = "3".parse().unwrap();
        assert_eq!(diff(id, number(2), number(0)), "/articles/3/diff/2/0");
    }
}
