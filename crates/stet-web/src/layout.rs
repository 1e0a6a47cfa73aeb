//! What stands on every page around its content.

use stet_store::Totals;
use stet_words::{say, text};

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
            title: say("feed-in-format").with("title", title).with("format", format.name()).into(),
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
        let link = |href, name, target: Section| NavLink::new(href, text(name), target == section);
        Self {
            title: say("page-title").with("title", title).to_string(),
            description: None,
            stylesheet: assets::stylesheet(),
            time_script: assets::time_script(),
            icon: assets::icon(),
            home: links::latest(),
            nav: vec![
                link(links::latest(), "nav-latest", Section::Latest),
                link(links::search(), "nav-search", Section::Search),
                link(links::articles(1), "nav-articles", Section::Articles),
                link(links::sources(), "nav-sources", Section::Sources),
                link(links::watch(), "nav-watch", Section::Watch),
            ],
            login: link(links::login(None), "nav-editors", Section::Login),
            feeds: FeedLink::each(&links::latest_feed(&[]), text("feed-of-latest")).collect(),
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
        let said = say("foot-totals")
            .with("articles", wording::counted(totals.articles, "articles"))
            .with("sources", wording::counted(totals.sources, "sources"))
            .with("versions", wording::counted(totals.versions, "versions"));
        self.totals = Some(said.into());
        self
    }
}
