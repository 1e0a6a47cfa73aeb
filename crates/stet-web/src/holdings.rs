//! What is stored of an address, as Memento (RFC 7089) names it: the original, its TimeGate and
//! TimeMap, and its mementos with their times.

use axum::http::Uri;
use chrono::{DateTime, SubsecRound, Utc};
use stet_core::timemap::{LINK_FORMAT, Link};
use stet_core::{Address, http_date};
use stet_store::MementoKey;
use stet_words::say;
use url::Url;

use crate::error::{PageError, shown};
use crate::{Site, links};

/// What is stored of one address: at least one memento.
pub(crate) struct Holdings {
    base: Url,
    /// The address that was asked for.
    pub(crate) original: Address,
    /// The earliest first, one a second.
    pub(crate) mementos: Vec<MementoKey>,
}

impl Holdings {
    pub(crate) async fn load(site: &Site, original: Address) -> Result<Self, PageError> {
        let mut mementos = shown(site.store.mementos(&original).await?)?;
        for memento in &mut mementos {
            memento.captured_at = memento.captured_at.trunc_subsecs(0);
        }
        // Addresses tell mementos apart by the second.
        mementos.dedup_by_key(|memento| memento.captured_at);
        if mementos.is_empty() {
            return Err(PageError::NotFound);
        }
        Ok(Self { base: site.settings.base_url.clone(), original, mementos })
    }

    /// An address of this site in full.
    pub(crate) fn absolute(&self, path: &str) -> String {
        links::absolute(&self.base, path)
    }

    /// Where the memento of a time is.
    pub(crate) fn memento(&self, at: DateTime<Utc>) -> String {
        self.absolute(&links::memento(&self.original, at))
    }

    /// The memento nearest to a time; the latest where none is given.
    pub(crate) fn nearest(&self, at: Option<DateTime<Utc>>) -> usize {
        let last = self.mementos.len() - 1;
        let Some(at) = at else { return last };
        let distance =
            |index: &usize| (self.mementos[*index].captured_at - at).num_seconds().unsigned_abs();
        (0..=last).min_by_key(distance).unwrap_or(last)
    }

    /// The links to the original, its TimeGate and its TimeMap.
    pub(crate) fn general_links(&self) -> Vec<Link> {
        vec![
            Link::new(self.original.as_str(), "original"),
            Link::new(self.absolute(&links::timegate(&self.original)), "timegate"),
            Link::new(self.absolute(&links::timemap_links(&self.original, 1)), "timemap")
                .with("type", LINK_FORMAT),
        ]
    }

    /// The link to a memento, with how it stands to `current` where one is looked at.
    pub(crate) fn memento_link(&self, index: usize, current: Option<usize>) -> Link {
        let places = [
            (Some(0), "first"),
            (Some(self.mementos.len() - 1), "last"),
            (current.and_then(|current| current.checked_sub(1)), "prev"),
            (current.map(|current| current + 1), "next"),
        ];
        let place = places.iter().filter(|(place, _)| *place == Some(index)).map(|(_, rel)| *rel);
        let rel: Vec<&str> = place.chain(["memento"]).collect();
        let at = self.mementos[index].captured_at;
        Link::new(self.memento(at), &rel.join(" ")).with("datetime", http_date::format(at))
    }

    /// All that a `Link` header says: of the memento that is looked at, or of the whole.
    pub(crate) fn header(&self, current: Option<usize>) -> String {
        let last = self.mementos.len() - 1;
        let mut places = vec![0, last];
        if let Some(current) = current {
            places.extend([current.saturating_sub(1), current, (current + 1).min(last)]);
        }
        places.sort_unstable();
        places.dedup();
        let mementos = places.into_iter().map(|index| self.memento_link(index, current));
        let all: Vec<String> =
            self.general_links().into_iter().chain(mementos).map(|link| link.to_string()).collect();
        all.join(", ")
    }
}

/// What stands behind `prefix` in the address that was asked for, query and all, as it was sent: the
/// router would decode it, and a page's own address is not ours to decode.
pub(crate) fn behind<'a>(uri: &'a Uri, prefix: &str) -> &'a str {
    let all = uri.path_and_query().map_or("", |all| all.as_str());
    all.strip_prefix(prefix).unwrap_or_default()
}

/// Reads the address of an original. Clients send it as it is, percent-encoded as a whole, or after
/// a proxy that joined its two slashes.
pub(crate) fn original(text: &str) -> Result<Address, PageError> {
    let decoded;
    let mut text = text;
    let start = text.get(..10).unwrap_or(text).to_ascii_lowercase();
    if start.starts_with("http%3a") || start.starts_with("https%3a") {
        // As the value of a query it is decoded by the same rules, but for the plus sign.
        let query = format!("x={}", text.replace('+', "%2B").replace('&', "%26"));
        decoded = url::form_urlencoded::parse(query.as_bytes())
            .next()
            .map(|(_, value)| value.into_owned())
            .unwrap_or_default();
        text = &decoded;
    }
    let joined = text
        .split_once(":/")
        .filter(|(scheme, rest)| matches!(*scheme, "http" | "https") && !rest.starts_with('/'))
        .map(|(scheme, rest)| format!("{scheme}://{rest}"));
    Address::parse(joined.as_deref().unwrap_or(text)).map_err(|error| {
        PageError::NotUnderstood(
            say("holdings-what-follows-is").with("error", error.to_string()).to_string(),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_original_is_read_however_it_was_sent() {
        let read = |text: &str| original(text).map(|read| read.to_string()).unwrap_or_default();
        let plain = "https://a.example/b?c=d&e=f%20g";
        assert_eq!(read(plain), plain);
        assert_eq!(read("https:/a.example/b?c=d&e=f%20g"), plain);
        assert_eq!(read("https%3A%2F%2Fa.example%2Fb%3Fc=d&e=f%2520g"), plain);
        assert_eq!(read("a.example/b"), "https://a.example/b");
        assert_eq!(read("ftp://a.example/"), "");
        assert_eq!(read("20160909174400"), "");
    }
}
