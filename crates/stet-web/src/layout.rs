//! What stands on every page around its content.

use stet_store::Totals;

use crate::links::FeedAddress;
use crate::syndication::FeedFormat;
use crate::{assets, links, wording};

/// The part of the site that a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    Latest,
    Articles,
    Search,
    Sources,
    Watch,
    Login,
    Elsewhere,
}

/// A link in a row of links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NavLink {
    pub(crate) href: String,
    pub(crate) label: String,
    pub(crate) is_current: bool,
}

impl NavLink {
    pub(crate) fn new(href: String, label: &str, is_current: bool) -> Self {
        Self { href, label: label.to_owned(), is_current }
    }
}

/// A feed that belongs to a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FeedLink {
    pub(crate) href: String,
    pub(crate) media_type: &'static str,
    pub(crate) title: String,
}

impl FeedLink {
    /// A feed in each of its formats.
    fn each(feed: &FeedAddress, title: &str) -> impl Iterator<Item = Self> {
        FeedFormat::ALL.into_iter().map(move |format| Self {
            href: feed.of(format),
            media_type: format.media_type(),
            title: format!("{title} ({})", format.name()),
        })
    }
}

/// Head, header and foot of a page. It is the same for every reader, logged in or not, so that
/// pages can be kept by caches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) title: String,
    pub(crate) description: Option<String>,
    pub(crate) stylesheet: String,
    pub(crate) time_script: String,
    pub(crate) icon: String,
    pub(crate) home: String,
    pub(crate) nav: Vec<NavLink>,
    pub(crate) login: NavLink,
    pub(crate) feeds: Vec<FeedLink>,
    pub(crate) has_form: bool,
    pub(crate) totals: Option<String>,
    pub(crate) latest_feed: String,
    pub(crate) status: String,
    pub(crate) about: String,
    pub(crate) help: String,
}

impl Layout {
    pub(crate) fn new(title: &str, section: Section) -> Self {
        let link = |href, label, target: Section| NavLink::new(href, label, target == section);
        Self {
            title: format!("{title} · Stet"),
            description: None,
            stylesheet: assets::stylesheet(),
            time_script: assets::time_script(),
            icon: assets::icon(),
            home: links::latest(),
            nav: vec![
                link(links::latest(), "Latest changes", Section::Latest),
                link(links::search(), "Search", Section::Search),
                link(links::articles(1), "Articles", Section::Articles),
                link(links::sources(), "Sources", Section::Sources),
                link(links::watch(), "Watch an article", Section::Watch),
            ],
            login: link(links::login(None), "Editors", Section::Login),
            feeds: FeedLink::each(&links::latest_feed(&[]), "Latest changes · Stet").collect(),
            has_form: false,
            totals: None,
            latest_feed: links::latest_feed(&[]).of(FeedFormat::Rss),
            status: links::status(),
            about: links::about(),
            help: links::help(),
        }
    }

    /// Describes the page in a sentence.
    pub(crate) fn describing(mut self, description: String) -> Self {
        self.description = Some(description);
        self
    }

    /// Names the feed of what the page shows.
    pub(crate) fn with_feed(mut self, feed: &FeedAddress, title: &str) -> Self {
        self.feeds.splice(0..0, FeedLink::each(feed, title));
        self
    }

    /// Lets forms on this page name their origin.
    pub(crate) fn with_form(mut self) -> Self {
        self.has_form = true;
        self
    }

    /// Says at the foot how much is watched.
    pub(crate) fn with_totals(mut self, totals: &Totals) -> Self {
        self.totals = Some(format!(
            "Watching {} from {}, {} kept.",
            wording::counted(totals.articles, "article", "articles"),
            wording::counted(totals.sources, "source", "sources"),
            wording::counted(totals.versions, "version", "versions"),
        ));
        self
    }
}
