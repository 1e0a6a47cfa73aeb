-- The whole model (ARCHITECTURE.md has the map). What grows is keyed by article_id first, so that
-- it can be sharded by it without a change of schema; times are timestamptz, UTC.

-- A publisher: everything under one registrable domain.
create table source (
    id bigint generated always as identity primary key,
    -- The registrable domain ('bbc.co.uk'), or the host where there is none ('127.0.0.1').
    domain text not null constraint source_domain_unique unique,
    -- As in News Sniffer's addresses: the domain without its dots ('rtcom').
    slug text not null constraint source_slug_unique unique
        constraint source_slug_form check (slug ~ '^[a-z0-9][a-z0-9-]{0,252}$'),
    name text not null,
    -- CSS rules for title, byline, date, body and what to drop; null: general extraction.
    rules jsonb,
    -- The least gap between two requests to one of its hosts; null: the poller's setting.
    host_gap interval,
    robots text not null default 'obey' constraint source_robots check (robots in ('obey', 'ignore')),
    created_at timestamptz not null
);

-- A host that is visited. Its lease allows one request at a time whatever the number of pollers,
-- and next_visit_at keeps the gap between two of them, through restarts. Both go by the
-- database's clock: they guard other people's servers, so no process may argue about the time.
create table host (
    id bigint generated always as identity primary key,
    name text not null constraint host_name_unique unique,
    next_visit_at timestamptz not null default '-infinity',
    claim bigint not null default 0,
    lease_until timestamptz
);

-- A feed that Stet reads to find articles.
create table feed (
    id bigint generated always as identity primary key,
    source_id bigint not null references source,
    host_id bigint not null references host,
    url text not null constraint feed_url_length check (octet_length(url) <= 2048),
    -- A btree row holds 2,704 bytes at most: the digest is what is unique.
    url_digest bytea not null constraint feed_url_unique unique,
    title text,
    -- Patterns of addresses to take and to leave; null: all.
    filters jsonb,
    etag text,
    last_modified text,
    period interval not null,
    next_check_at timestamptz not null,
    claim bigint not null default 0,
    lease_until timestamptz,
    failures integer not null default 0,
    last_checked_at timestamptz,
    last_outcome text,
    -- What was wrong at the last check, in words; null when nothing was.
    last_error text,
    articles_found bigint not null default 0,
    created_at timestamptz not null
);

create index feed_due on feed (host_id, next_check_at);

-- An address followed over time.
create table article (
    id bigint generated always as identity primary key,
    source_id bigint not null references source,
    host_id bigint not null references host,
    url text not null constraint article_url_length check (octet_length(url) <= 2048),
    url_digest bytea not null constraint article_url_unique unique,
    state text not null default 'watched'
        constraint article_state check (state in ('watched', 'dormant', 'gone', 'hidden')),
    -- The headline of the latest version; before the first, what the feed called it.
    title text,
    period interval not null,
    next_check_at timestamptz not null,
    -- The fencing counter: it rises with every claim, and a record must name the value that it
    -- was claimed with. A process that slept past its lease finds it spent.
    claim bigint not null default 0,
    lease_until timestamptz,
    etag text,
    last_modified text,
    -- SHA-256 of the last body that yielded a text: the same bytes need no parsing.
    body_digest bytea,
    -- The text that stands: the last sighting and its version.
    head_sighting integer,
    head_version integer,
    versions integer not null default 0,
    -- Changes shown to readers: technical ones are not counted.
    changes integer not null default 0,
    failures integer not null default 0,
    last_outcome text,
    first_seen_at timestamptz not null,
    -- Since when it is watched without a break: an editor who wakes it starts its forty days anew.
    watched_since timestamptz not null,
    last_checked_at timestamptz,
    last_changed_at timestamptz,
    constraint article_head check ((head_sighting is null) = (head_version is null))
);

-- What is due on a host is found without reading what is not.
create index article_due on article (host_id, next_check_at) where state = 'watched';
create index article_by_source on article (source_id, id);
create index article_by_last_change on article (last_changed_at desc nulls last, id desc);

-- The bytes of one fetch whose text was new.
create table snapshot (
    article_id bigint not null references article,
    number integer not null,
    fetched_at timestamptz not null,
    -- Where the bytes came from, after redirects; and the way there: [{"status", "address"}].
    url text not null,
    redirects jsonb not null,
    status smallint not null,
    -- [[name, value]], in the order in which they came.
    headers jsonb not null,
    -- A zstd frame; body_length is what it holds.
    body bytea not null,
    body_length integer not null,
    primary key (article_id, number)
);
-- The frame is compressed already: trying again would only cost time.
alter table snapshot alter column body set storage external;

-- One distinct paragraph of an article: one that stands in ten versions is stored once.
create table paragraph (
    article_id bigint not null references article,
    number integer not null,
    digest bytea not null,
    text text not null,
    -- A tsvector holds 1 MiB at most, and a hyphenated text of 432 kB already fails: what lies
    -- behind the first 60,000 characters of one paragraph is kept but not searched.
    search tsvector not null generated always as (to_tsvector('simple', left(text, 60000))) stored,
    primary key (article_id, number),
    constraint paragraph_digest_unique unique (article_id, digest)
);

create index paragraph_search on paragraph using gin (search);

-- One distinct text of an article, numbered from 0.
create table version (
    article_id bigint not null references article,
    number integer not null,
    digest bytea not null,
    title text not null,
    standfirst text,
    byline text,
    published_at timestamptz,
    language text,
    words integer not null,
    -- Numbers of its paragraphs, in reading order.
    paragraphs integer[] not null,
    -- Which revision of the extractor made this text of those bytes.
    extractor integer not null,
    snapshot integer not null,
    created_at timestamptz not null,
    primary key (article_id, number),
    constraint version_digest_unique unique (article_id, digest),
    foreign key (article_id, snapshot) references snapshot
);

-- An unbroken run of checks in which one version stood. A text that comes back is a new sighting
-- of its old version.
create table sighting (
    article_id bigint not null references article,
    number integer not null,
    version integer not null,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    checks integer not null default 1,
    -- The claim that opened it: claims rise along the sightings of an article.
    claim bigint not null,
    primary key (article_id, number),
    foreign key (article_id, version) references version,
    constraint sighting_span check (first_seen_at <= last_seen_at)
);

-- The passage from one sighting to the next: it happened after earliest_at, when the old text was
-- seen last, and by latest_at, when the new one was seen first.
create table change (
    article_id bigint not null references article,
    number integer not null,
    from_sighting integer not null,
    to_sighting integer not null,
    from_version integer not null,
    to_version integer not null,
    earliest_at timestamptz not null,
    latest_at timestamptz not null,
    words_added integer not null,
    words_removed integer not null,
    paragraphs_edited integer not null,
    paragraphs_added integer not null,
    paragraphs_removed integer not null,
    paragraphs_moved integer not null,
    kinds text[] not null,
    is_reversion boolean not null,
    -- Only Stet's own extractor changed: never shown in lists and feeds.
    is_technical boolean not null,
    primary key (article_id, number),
    foreign key (article_id, from_sighting) references sighting,
    foreign key (article_id, to_sighting) references sighting,
    constraint change_between_neighbours check (to_sighting = from_sighting + 1)
);

create index change_latest on change (latest_at desc, article_id desc, number desc)
    where not is_technical;

-- One visit. Kept for 30 days; a day is one partition, so that letting go of it costs nothing.
create table "check" (
    article_id bigint not null,
    claim bigint not null,
    checked_at timestamptz not null,
    outcome text not null,
    status smallint,
    milliseconds integer not null,
    bytes integer not null,
    -- What was wrong, in words.
    detail text,
    primary key (article_id, claim, checked_at)
) partition by range (checked_at);

-- An address that somebody wants watched: the poller looks at it and says what would be kept, so
-- that the form can show it. Serving a page never fetches; this row is how it asks.
create table proposal (
    -- 128 random bits in hex: whoever proposed it knows it, nobody guesses it.
    id text primary key constraint proposal_id_form check (id ~ '^[0-9a-f]{32}$'),
    host_id bigint not null references host,
    url text not null constraint proposal_url_length check (octet_length(url) <= 2048),
    -- What was found: {"article": …} or {"feed": …}; null while it waits or when it failed.
    finding jsonb,
    -- Why nothing can be watched there, in words, with the outcome's word.
    outcome text,
    error text,
    claim bigint not null default 0,
    lease_until timestamptz,
    created_at timestamptz not null,
    looked_at timestamptz
);

create index proposal_waiting on proposal (host_id) where looked_at is null;

-- A login link that was printed; used once.
create table login_token (
    -- SHA-256 of the token: reading this table lets nobody in.
    digest bytea primary key,
    created_at timestamptz not null,
    expires_at timestamptz not null
);

create table session (
    digest bytea primary key,
    created_at timestamptz not null,
    expires_at timestamptz not null
);
