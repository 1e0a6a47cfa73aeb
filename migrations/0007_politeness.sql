-- What a poller must remember between two visits so that it is polite and believes no answer too
-- soon.

-- What a site's robots.txt said, for all pollers: read once a day, and again sooner while it cannot
-- be read. What is at `http` and at `https` are two files (RFC 9309 §2.3).
create table robots (
    host_id bigint not null references host,
    scheme text not null constraint robots_scheme check (scheme in ('http', 'https')),
    -- Its first 500 KiB; empty where the site has none; null where it could not be read: that
    -- forbids visits for now.
    body bytea,
    -- Why it could not be read: the outcome's word, and in words.
    outcome text,
    detail text,
    failures integer not null default 0,
    expires_at timestamptz not null,
    primary key (host_id, scheme),
    constraint robots_answer check ((body is null) = (outcome is not null and detail is not null))
);

-- 404 and 410 count once they are confirmed hours later: since when, and when last. Both until the
-- article is seen again.
alter table article add column missing_since timestamptz;
alter table article add column missing_at timestamptz;
-- They were confirmed. It is looked at more and more rarely until its state is 'gone'.
alter table article add column is_gone boolean not null default false;

-- A text that lost most of its length, and when it was seen first: believed when it is seen again.
alter table article add column held_digest bytea;
alter table article add column held_at timestamptz;
alter table article
    add constraint article_held check ((held_digest is null) = (held_at is null));

-- A removal is a change from which no other text followed: it stands behind the sighting that it
-- ended, and both its versions are the one that stood.
alter table change drop constraint change_between_neighbours;
alter table change add constraint change_between_neighbours check (
    to_sighting = from_sighting + 1
    or (to_sighting = from_sighting and from_version = to_version and kinds = '{gone}')
);

-- A text that stands under several articles of one host is a page of the site's own. Digests are
-- only ever looked for, never sorted: a hash index is a third of a btree's size.
create index version_by_digest on version using hash (digest);
