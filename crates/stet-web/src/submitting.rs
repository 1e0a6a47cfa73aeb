//! Asking for an address to be watched, by whatever way somebody asks. Nothing is fetched here: a
//! proposal is written, a poller looks, and what it found is watched once it is confirmed.

use stet_core::{Address, ArticleId, FeedId, LinkRule};
use stet_store::audit::{Action, Actor, Subject};
use stet_store::{
    Article, ArticlePlace, ArticleState, Finding, NewFeed, Proposal, ProposalId, ProposalState,
    StoreError, Visible,
};
use stet_words::{say, text};

use crate::Site;
use crate::session;

/// What is asked for: an address, and, for a section page, a selector or a pattern of its links.
pub(crate) struct Submitted<'a> {
    pub(crate) address: &'a str,
    pub(crate) selector: &'a str,
    pub(crate) pattern: &'a str,
}

/// What somebody gets watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Watched {
    Article(ArticleId),
    Feed(FeedId),
}

/// Asks the pollers to look, or says what is wrong.
pub(crate) async fn propose(
    site: &Site,
    submitted: &Submitted<'_>,
) -> Result<Result<ProposalId, String>, StoreError> {
    let (address, rule) = match submitted.read() {
        Ok(read) => read,
        Err(error) => return Ok(Err(error)),
    };
    if site.store.paused_source(&address).await?.is_some() {
        return Ok(Err(say("submitting-is-paused-nothing")
            .with("registrable-domain", address.registrable_domain())
            .to_string()));
    }
    Ok(Ok(site.store.propose_section(&address, rule.as_ref(), site.now()).await?))
}

/// The article that is watched at a proposed address already, or at the one that its page calls its
/// own; of one that sleeps there is something to confirm.
pub(crate) async fn watched_article(
    site: &Site,
    proposal: &Proposal,
) -> Result<Option<Article>, StoreError> {
    let own = match &proposal.state {
        ProposalState::Found(Finding::Article(text)) => Some(proposal.place(text).address),
        // Whoever gives a rule for links wants no article.
        _ if proposal.links.is_some() => return Ok(None),
        _ => None,
    };
    for address in own.into_iter().chain([&proposal.address]) {
        let Some(id) = site.store.find_article(address).await? else { continue };
        if let Visible::Shown(article) = site.store.article(id).await?
            && article.state == ArticleState::Watched
        {
            return Ok(Some(article));
        }
    }
    Ok(None)
}

/// Watches what was found at a proposed address, and notes who asked for it; `None` where nothing
/// was found yet, or nothing that can be watched.
pub(crate) async fn confirm(
    site: &Site,
    proposal: Proposal,
    actor: &Actor,
) -> Result<Option<Watched>, StoreError> {
    let (now, deed) = (site.now(), session::deed(site, actor, ""));
    match &proposal.state {
        ProposalState::Found(Finding::Article(text)) => {
            let ArticlePlace { address, others } = proposal.place(text);
            let added = site.store.add_article_known_by(address, &others, now).await?;
            if added.is_new {
                site.store.note(deed, Action::AddArticle, Subject::Article(added.id)).await?;
            }
            Ok(Some(Watched::Article(added.id)))
        }
        ProposalState::Found(Finding::Feed { kind, title, .. }) => {
            let (address, title) = (&proposal.address, title.as_deref());
            let feed = NewFeed { address, title, kind: *kind, links: proposal.links.as_ref() };
            let added = site.store.add_feed_of(feed, now).await?;
            if added.is_new {
                site.store.note(deed, Action::AddFeed, Subject::Feed(added.id)).await?;
            }
            Ok(Some(Watched::Feed(added.id)))
        }
        ProposalState::Waiting | ProposalState::Refused { .. } => Ok(None),
    }
}

impl Submitted<'_> {
    /// The address, and the rule for its links if it is a section page; or what is wrong.
    fn read(&self) -> Result<(Address, Option<LinkRule>), String> {
        let address = Address::parse(self.address).map_err(|error| error.to_string())?;
        let rule = match (self.selector.trim(), self.pattern.trim()) {
            ("", "") => None,
            (selector, "") => Some(LinkRule::Selector(selector.to_owned())),
            ("", pattern) => Some(LinkRule::Pattern(pattern.to_owned())),
            _ => return Err(text("submitting-give-a-selector").to_owned()),
        };
        if let Some(rule) = &rule {
            rule.check().map_err(|error| error.to_string())?;
        }
        Ok((address, rule))
    }
}
