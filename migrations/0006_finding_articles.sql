-- Articles are found in feeds, in sitemaps and on section pages; one article may have several
-- addresses.

alter table feed add column kind text not null default 'feed'
    constraint feed_kind check (kind in ('feed', 'sitemap', 'section'));
-- Which links of a section page lead to articles: {"selector": …} or {"pattern": …}.
alter table feed add column links jsonb;
alter table feed add constraint feed_links check ((kind = 'section') = (links is not null));
-- The index that names this sitemap. It is a feed of its own, with its own validators, period and
-- failures, as long as it is among the newest that the index names.
alter table feed add column parent_id bigint references feed on delete cascade;
create index feed_by_parent on feed (parent_id) where parent_id is not null;
create index feed_by_source on feed (source_id);

-- The rule by which a proposed page's links would be chosen, where it was proposed as a section page.
alter table proposal add column links jsonb;

-- Patterns of addresses to take and to leave, for all feeds of a source; null: all.
alter table source add column filters jsonb;

-- What a feed named when its contents were read last, before any filter: so that a page can show
-- what a filter would drop without a fetch. Apart from the feed, whose row is written at each visit.
create table feed_listing (
    feed_id bigint primary key references feed on delete cascade,
    -- [address], in the feed's order.
    addresses jsonb not null,
    seen_at timestamptz not null
);

-- Every address that an article ever had. Found by the address, not by the article: where tables
-- are sharded by article_id, this one is a reference table, as article's own unique key is.
create table address (
    url_digest bytea primary key,
    article_id bigint not null references article,
    url text not null constraint address_url_length check (octet_length(url) <= 2048),
    -- How it came to be this article's: it was watched there ('watched'), the site moved it there
    -- for good ('moved'), or the page itself calls this its address ('canonical').
    origin text not null constraint address_origin check (origin in ('watched', 'moved', 'canonical')),
    since timestamptz not null
);
create index address_by_article on address (article_id, since);

insert into address (url_digest, article_id, url, origin, since)
select url_digest, id, url, 'watched', first_seen_at
from article;

-- Two addresses turned out to be one article's: this one is no longer checked, its page leads to
-- the other's, and its versions and changes go on standing where links in the wild lead to.
alter table article add column merged_into bigint references article
    constraint article_merged_elsewhere check (merged_into <> id);
create index article_by_merger on article (merged_into) where merged_into is not null;
