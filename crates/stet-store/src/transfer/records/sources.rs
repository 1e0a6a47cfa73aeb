//! Publishers, their hosts and feeds, and the instance itself.

use stet_core::section_page::LinkRule;

use super::{Extent, FILTERS, HOST_ID, NUMBER, RULES, Record, SOURCE_ID, Thing, URL, col, is_json};
use crate::transfer::shape::Shape::{
    Chain, Count, Digest, Id, Json, Number, Small, Span, Text, Time, Uuid,
};

/// Of some sources or articles there is a copy, whose changes from then on are its own.
pub(super) const INSTANCE: Record = Record {
    name: "instance",
    extent: Extent::Whole,
    is: None,
    key: "id",
    columns: &[col("id", Uuid)],
};

pub(super) const SOURCE: Record = Record {
    name: "source",
    extent: Extent::Sources("id"),
    is: Some(Thing::Source),
    key: "id",
    columns: &[
        col("id", Id),
        col("domain", Text),
        col("slug", Text),
        col("name", Text),
        RULES,
        col("rules_revision", Number),
        col("learned_at", Time).or_null(),
        FILTERS,
        col("homepage", Text).or_null(),
        col("host_gap", Span).or_null(),
        col("robots", Text),
        col("first_period", Span).or_null(),
        col("paused_at", Time).or_null(),
        col("created_at", Time),
    ],
};

pub(super) const RULE_REVISION: Record = Record {
    name: "rule_revision",
    extent: Extent::Sources("source_id"),
    is: None,
    key: "source_id, number",
    columns: &[SOURCE_ID, NUMBER, RULES, col("at", Time)],
};

pub(super) const BOILERPLATE: Record = Record {
    name: "boilerplate",
    extent: Extent::Sources("source_id"),
    is: None,
    key: "source_id, digest",
    columns: &[SOURCE_ID, col("digest", Digest), col("learned_at", Time)],
};

pub(super) const BOILERPLATE_CANDIDATE: Record = Record {
    name: "boilerplate_candidate",
    extent: Extent::Sources("source_id"),
    is: None,
    key: "source_id, place, digest",
    columns: &[
        SOURCE_ID,
        col("place", Small),
        col("digest", Digest),
        col("witnesses", Chain),
        col("seen_at", Time),
    ],
};

pub(super) const SOURCE_REREADING: Record = Record {
    name: "source_rereading",
    extent: Extent::Sources("source_id"),
    is: None,
    key: "source_id",
    columns: &[
        SOURCE_ID,
        col("asked_at", Time),
        col("articles", Number),
        col("done", Number),
        col("changed", Number),
        col("failed", Number),
        col("after_article", Count),
        col("finished_at", Time).or_null(),
    ],
};

pub(super) const HOST: Record = Record {
    name: "host",
    extent: Extent::Hosts,
    is: Some(Thing::Host),
    key: "id",
    columns: &[col("id", Id), col("name", Text), SOURCE_ID.or_null()],
};

pub(super) const FEED: Record = Record {
    name: "feed",
    extent: Extent::Feeds("id"),
    is: Some(Thing::Feed),
    key: "id",
    columns: &[
        col("id", Id),
        SOURCE_ID,
        HOST_ID,
        col("parent_id", Id).or_null().of(Thing::Feed),
        col("kind", Text),
        col("url", URL),
        col("url_digest", Digest),
        col("title", Text).or_null(),
        col("given_title", Text).or_null(),
        col("links", Json(is_json::<LinkRule>)).or_null(),
        FILTERS,
        col("etag", Text).or_null(),
        col("last_modified", Text).or_null(),
        col("period", Span),
        col("fixed_period", Span).or_null(),
        col("next_check_at", Time),
        col("paused_at", Time).or_null(),
        col("failures", Number),
        col("last_checked_at", Time).or_null(),
        col("last_outcome", Text).or_null(),
        col("last_error", Text).or_null(),
        col("articles_found", Count),
        col("created_at", Time),
    ],
};

pub(super) const FEED_LISTING: Record = Record {
    name: "feed_listing",
    extent: Extent::Feeds("feed_id"),
    is: None,
    key: "feed_id",
    columns: &[
        col("feed_id", Id).of(Thing::Feed),
        col("addresses", Json(is_json::<Vec<String>>)),
        col("seen_at", Time),
    ],
};
