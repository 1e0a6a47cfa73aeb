//! `stet watch` and `stet feed add`: what the forms do.

use std::pin::pin;
use std::process::ExitCode;

use anyhow::bail;
use clap::{Args, Subcommand};
use stet_core::{Address, CheckOutcome, LinkRule};
use stet_poller::Poller;
use stet_store::audit::{Action, Subject};
use stet_store::{ArticlePlace, Finding, NewFeed, Proposal, ProposalId, ProposalState, Store};
use tokio::time::timeout;

use crate::check::{UNEXPLAINED, explain_wait, must_not_rest};
use crate::editor::by_operator;
use crate::feed_filter::FilterArgs;
use crate::feed_import::ImportArgs;
use crate::quoted::quoted;
use crate::settings::Settings;
use crate::{clock, database, visitor};

#[derive(Debug, Args)]
pub(crate) struct WatchArgs {
    /// Addresses of articles, or of feeds whose articles are to be watched
    #[arg(required = true, value_name = "URL")]
    addresses: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum FeedCommand {
    /// Read feeds, sitemaps or section pages from now on, and watch the articles in them
    Add(AddFeedArgs),
    /// Print which addresses of a feed or source are watched, or set it
    Filter(FilterArgs),
    /// Read the feeds of a list (OPML) from now on
    Import(ImportArgs),
}

#[derive(Debug, Args)]
pub(crate) struct AddFeedArgs {
    /// Addresses of feeds, sitemaps (or indexes of them), or section pages
    #[arg(required = true, value_name = "URL")]
    addresses: Vec<String>,
    /// Read section pages: their articles are the links that this CSS selector finds, or that
    /// stand inside what it finds
    #[arg(long, value_name = "SELECTOR", conflicts_with = "pattern")]
    links: Option<String>,
    /// Read section pages: their articles are the links whose full address this regular
    /// expression matches
    #[arg(long, value_name = "REGEX")]
    pattern: Option<String>,
}

/// Watches articles or feeds; prints a line for each.
pub(crate) fn watch(settings: &Settings, args: &WatchArgs) -> anyhow::Result<ExitCode> {
    add_all(settings, &args.addresses, &Wanted::Anything)
}

/// Reads feeds from now on; prints a line for each.
pub(crate) fn add_feeds(settings: &Settings, args: &AddFeedArgs) -> anyhow::Result<ExitCode> {
    let by_selector = args.links.clone().map(LinkRule::Selector);
    let rule = by_selector.or_else(|| args.pattern.clone().map(LinkRule::Pattern));
    if let Some(rule) = &rule {
        rule.check()?;
    }
    add_all(settings, &args.addresses, &Wanted::Feed(rule))
}

enum Wanted {
    Anything,
    /// A feed; with a rule for its links, a section page.
    Feed(Option<LinkRule>),
}

fn add_all(settings: &Settings, addresses: &[String], wanted: &Wanted) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let opened = database::open_migrated(settings).await?;
        let store = opened.database.open(visitor::CONNECTIONS);
        let poller = visitor::poller(settings, store.clone())?;
        let mut code = ExitCode::SUCCESS;
        for address in addresses {
            match add(&store, &poller, address, wanted).await {
                Ok(line) => println!("{line}"),
                Err(error) => {
                    eprintln!("error: {address}: {error:#}");
                    code = ExitCode::FAILURE;
                }
            }
        }
        Ok(code)
    })
}

/// Looks at an address and watches what is there.
async fn add(
    store: &Store,
    poller: &Poller,
    address: &str,
    wanted: &Wanted,
) -> anyhow::Result<String> {
    let address = Address::parse(address)?;
    // A poller answers no proposal of a paused source: waiting for one would be in vain.
    if let Some(slug) = store.paused_source(&address).await? {
        bail!("the source {slug} is paused; an editor may resume it on its page");
    }
    let links = match wanted {
        Wanted::Feed(links) => links.as_ref(),
        Wanted::Anything => None,
    };
    let proposal = store.propose_section(&address, links, clock::now()).await?;
    let Some(seen) = look(store, poller, &address, &proposal).await? else {
        bail!("it was not looked at in time")
    };
    match &seen.state {
        // What was refused by its status or its host is no section page either.
        ProposalState::Refused { outcome, error }
            if matches!(wanted, Wanted::Feed(None)) && *outcome == CheckOutcome::NoArticle =>
        {
            bail!("{error}; a section page needs --links or --pattern")
        }
        ProposalState::Refused { error, .. } => bail!("{error}"),
        ProposalState::Waiting => bail!("it was not looked at"),
        ProposalState::Found(Finding::Article(_)) if matches!(wanted, Wanted::Feed(_)) => {
            bail!(
                "this is an article, not a feed: `stet watch` watches it; a section page needs \
                 --links or --pattern"
            )
        }
        ProposalState::Found(Finding::Article(text)) => {
            let ArticlePlace { address, others } = seen.place(text);
            let added = store.add_article_known_by(address, &others, clock::now()).await?;
            if added.is_new {
                store.note(by_operator(), Action::AddArticle, Subject::Article(added.id)).await?;
            }
            let status = if added.is_new { "watched" } else { "known" };
            let title = quoted(&text.title);
            Ok(format!("status={status} article={} url={address} title={title}", added.id))
        }
        ProposalState::Found(Finding::Feed { kind, title, articles, children }) => {
            let title = title.as_deref();
            let feed = NewFeed { address: &address, title, kind: *kind, links };
            let added = store.add_feed_of(feed, clock::now()).await?;
            if added.is_new {
                store.note(by_operator(), Action::AddFeed, Subject::Feed(added.id)).await?;
            }
            let status = if added.is_new { "watched" } else { "known" };
            let (articles, sitemaps) = (articles.len(), children.len());
            Ok(match sitemaps {
                0 => format!(
                    "status={status} feed={} articles={articles} kind={kind} url={address}",
                    added.id
                ),
                _ => format!(
                    "status={status} feed={} sitemaps={sitemaps} kind={kind} url={address}",
                    added.id
                ),
            })
        }
    }
}

/// Sees to it that an address is looked at. What is waited for is said once; a rest that its host
/// asked for is not waited for: it may last for days.
async fn look(
    store: &Store,
    poller: &Poller,
    address: &Address,
    proposal: &ProposalId,
) -> anyhow::Result<Option<Proposal>> {
    let mut look = pin!(poller.see_to(proposal));
    let mut is_explained = false;
    loop {
        if let Ok(seen) = timeout(UNEXPLAINED, &mut look).await {
            return Ok(seen?);
        }
        must_not_rest(store, address).await?;
        if !is_explained {
            explain_wait(store, address).await?;
            is_explained = true;
        }
    }
}
