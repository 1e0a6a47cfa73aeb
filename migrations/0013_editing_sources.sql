-- Editors decide how a publisher is watched: what it is called, how it is visited, how it is read.

-- Nothing of its hosts is visited from then on; null: they are visited.
alter table source add column paused_at timestamptz;
alter table source add column homepage text
    constraint source_homepage_length check (octet_length(homepage) <= 2048);
-- The period of its articles after they were added or changed; null: the schedule's. It may only be
-- longer: nobody is visited more often than Stet visits everybody.
alter table source add column first_period interval
    constraint source_first_period check (first_period between '30 minutes' and '1 day');

-- The publisher whose domain the host belongs to; null as long as it is none's. It is the host's and
-- not the article's: who pauses a publisher wants its servers left alone.
alter table host add column source_id bigint references source;
update host
set source_id = (
    select source.id
    from source
    cross join lateral (
        select trim(both '[]' from regexp_replace(host.name, ':[0-9]+$', '')) as name
    ) as bare
    where bare.name = source.domain
        or right(bare.name, length(source.domain) + 1) = '.' || source.domain
    -- The domain under which it registered is the longest known one.
    order by length(source.domain) desc
    limit 1
);
create index host_by_source on host (source_id);

alter table feed add column paused_at timestamptz;
-- What an editor calls it, before what it calls itself.
alter table feed add column given_title text;
-- The period that an editor gave it; null: it follows how often there is something new.
alter table feed add column fixed_period interval
    constraint feed_fixed_period check (fixed_period between '5 minutes' and '7 days');

-- A feed that is resumed falls due sooner, too.
drop trigger feed_due_sooner on feed;
create trigger feed_due_sooner after update of host_id, next_check_at, paused_at on feed
    for each row
    when (new.next_check_at < old.next_check_at
        or new.host_id <> old.host_id
        or (new.paused_at is null and old.paused_at is not null))
    execute function note_due();

-- The rules that a source had, so that an edit can be taken back. The last one stands.
create table rule_revision (
    source_id bigint not null references source,
    number integer not null,
    -- Null: general extraction did.
    rules jsonb,
    at timestamptz not null,
    primary key (source_id, number)
);
insert into rule_revision (source_id, number, rules, at)
select id, 1, rules, created_at
from source
where rules is not null;

-- Histories of a source that are to be read anew, one article after the other, by whichever poller
-- has time. A poller that dies loses nothing: what was read is not read again.
create table source_rereading (
    source_id bigint primary key references source,
    asked_at timestamptz not null,
    -- How many articles there were to read.
    articles integer not null,
    -- How many were read, how many of them have another text in some version now, and how many
    -- could not be read.
    done integer not null default 0,
    changed integer not null default 0,
    failed integer not null default 0,
    -- All up to this one are done.
    after_article bigint not null default 0,
    claim bigint not null default 0,
    lease_until timestamptz,
    finished_at timestamptz
);
