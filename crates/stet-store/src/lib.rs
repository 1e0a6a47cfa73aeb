//! All of Stet's SQL: one file for each table, and one each for the two operations that cross
//! tables, [claiming](claim) what is due and [recording](record) what was seen.
//!
//! Every query is checked at compile time against the migrations (the `.sqlx` cache at the
//! project's root). Hidden articles are left out *here*, so that no page, list, feed or search
//! can forget to.

mod address;
mod api_token;
mod article;
pub mod audit;
mod boilerplate;
mod browsing;
mod change;
mod check;
pub mod claim;
mod database;
mod doubt;
mod edition;
mod editor;
mod error;
#[cfg(test)]
mod fairness;
pub mod feed;
mod feed_import;
mod feed_listing;
mod feed_settings;
#[cfg(test)]
mod fixture;
mod headline;
mod history;
mod host;
mod instance;
#[cfg(test)]
mod interleavings;
mod login;
pub mod memento;
pub mod observation;
mod pace;
mod paragraph;
mod parting;
mod passage;
mod proposal;
mod readdress;
mod reading;
pub mod record;
mod record_unchanged;
pub mod rereading;
pub mod research;
mod rhythm;
pub mod robots;
mod row;
mod rules;
mod search;
mod sighting;
mod snapshot;
mod source;
mod source_list;
mod source_rereading;
mod source_settings;
mod totals;
pub mod transfer;
mod version;
mod wake;
pub mod warc_export;
mod webhook;
mod withdrawal;

use sqlx::PgPool;
use sqlx::migrate::Migrator;

pub use address::{AddressOrigin, KnownAddress};
pub use api_token::{ApiToken, ApiTokenId, MAX_TOKEN_NAME};
pub use article::list::{ArticleCursor, ArticleFilter, Condition, FilteredArticles};
pub use article::{AddedArticle, Article, ArticleState, Visible};
pub use browsing::{SourceName, Span};
pub use change::list::{ChangeCursor, ChangeFilter, FilteredChanges};
pub use change::syndicated::{
    FEED_ITEMS, FEED_SPAN, MAX_FEED_ITEMS, News, SyndicatedChange, SyndicatedChanges,
    SyndicatedScope,
};
pub use change::{Change, ChangeList};
pub use check::{Check, OutcomeCount};
pub use database::{Database, SchemaState};
pub use edition::Edition;
pub use editor::{Editor, EditorId, ListedEditor, MAX_EDITOR_NAME};
pub use error::StoreError;
pub use feed::{AddedFeed, Feed, NewFeed};
pub use feed_import::FeedStanding;
pub use feed_listing::{Filtered, SetFilterError};
pub use feed_settings::{EditFeedError, FeedSettings};
pub use headline::HeadlineRun;
pub use history::{NumberedSighting, Passage, VersionTime};
pub use host::HostRest;
pub use login::{LOGIN_TOKEN_LIFE, SESSION_LIFE, Secret, Session};
pub use memento::MementoKey;
pub use pace::SourcePace;
pub use parting::Part;
pub use passage::{Field, PassageState};
pub use proposal::{ArticlePlace, Finding, FoundArticle, Proposal, ProposalId, ProposalState};
pub use readdress::{OtherAddress, Proof, Readdressed, Twin};
pub use reading::Reading;
pub use record_unchanged::UnchangedCheck;
pub use rhythm::{ChangeWeek, Delay, Rhythm};
pub use rules::{RuleRevision, SetRulesError, SourceRules};
pub use search::{Hit, HitCursor, HitList, SearchFilter, Searched};
pub use sighting::Sighting;
pub use snapshot::{NewSnapshot, Redirect, Snapshot};
pub use source::Source;
pub use source_list::SourceList;
pub use source_rereading::{SourceRereading, SourceRereadingClaim};
pub use source_settings::{ReadArticle, SourceSettings};
pub use totals::Totals;
pub use version::{StoredVersion, VersionSummary};
pub use wake::Wake;
pub use webhook::claim::{Attempt, DELIVERIES_KEPT, Delivered, DeliveryClaim, Message};
pub use webhook::delivery::{Delivery, DeliveryId, DeliveryState, DeliverySubject};
pub use webhook::{
    MAX_WEBHOOK_NAME, NewWebhook, OLD_SECRET_LIFE, PauseReason, Webhook, WebhookFilter,
};
pub use withdrawal::Standing;

/// The schema; tests make their databases with it.
pub static MIGRATOR: Migrator = sqlx::migrate!("../../migrations");

/// Everything that Stet remembers.
#[derive(Debug, Clone)]
pub struct Store {
    pool: PgPool,
    /// Days of which the partition of `check` is known to stand.
    days: check::KnownDays,
}

impl Store {
    /// A store over a pool whose database has the [schema](MIGRATOR).
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self { pool, days: check::KnownDays::default() }
    }
}
