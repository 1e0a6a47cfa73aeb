//! Every address that the site prints.

use stet_core::{Address, ArticleId, FeedId, VersionNumber};
use stet_store::{Change, ProposalId};
use url::{Url, form_urlencoded};

/// The latest changes.
pub(crate) fn latest() -> String {
    "/".to_owned()
}

/// A further page of the latest changes.
pub(crate) fn latest_page(page: u32) -> String {
    if page <= 1 { latest() } else { format!("/versions?page={page}") }
}

/// The latest changes as a feed.
pub(crate) fn latest_feed() -> String {
    "/versions.rss".to_owned()
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

/// An article's changes as a feed.
pub(crate) fn article_feed(id: ArticleId) -> String {
    format!("/articles/{id}.rss")
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
    if change.from == change.to {
        version(change.article, change.to)
    } else {
        diff(change.article, change.from, change.to)
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
    fn versions_are_compared_the_older_first() {
        let number = |n: i32| VersionNumber::try_from(n).unwrap();
        let id = "3".parse().unwrap();
        assert_eq!(diff(id, number(2), number(0)), "/articles/3/diff/2/0");
    }
}
