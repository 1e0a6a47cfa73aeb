-- Claiming must not cost more because more is watched: a claim asks which hosts have something
-- due, and neither reads what is not due nor what is due on hosts that are busy.

-- For each host and kind of work, a time by which nothing of it falls due earlier. It may be too
-- early (the article it stood for was hidden): a claim that finds nothing there corrects it. It is
-- never too late: whatever makes something due sooner lowers it, here, so that no query can forget.
create table host_due (
    host_id bigint not null references host,
    kind text not null constraint host_due_kind check (kind in ('proposal', 'feed', 'article')),
    -- 'infinity': nothing is waiting.
    due_at timestamptz not null,
    primary key (host_id, kind)
)
-- Each check changes a row: room for its next version, and frequent tidying of the index, at whose
-- front each claim begins to read.
with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);

create index host_due_first on host_due (kind, due_at);

-- A host's lease changes twice a check, and no index with it: with room on its page a row's next
-- version is put beside it.
alter table host set (fillfactor = 70);
alter table article set (fillfactor = 85);

-- Lowers the time; it does so even to the time that stands, for the lock on the row: who raises it
-- holds that lock first and looks what is due afterwards, so neither misses the other.
create function lower_host_due(host bigint, work text, at timestamptz) returns void
language sql as $$
    insert into host_due (host_id, kind, due_at)
    values (host, work, at)
    on conflict (host_id, kind) do update
    set due_at = excluded.due_at
    where host_due.due_at > excluded.due_at
$$;

create function note_due() returns trigger
language plpgsql as $$
begin
    perform lower_host_due(new.host_id, tg_table_name, new.next_check_at);
    return null;
end
$$;

create function note_proposed() returns trigger
language plpgsql as $$
begin
    perform lower_host_due(new.host_id, 'proposal', new.created_at);
    return null;
end
$$;

create trigger article_added after insert on article
    for each row execute function note_due();
create trigger article_due_sooner after update of host_id, state, next_check_at on article
    for each row
    when (new.next_check_at < old.next_check_at
        or new.state <> old.state
        or new.host_id <> old.host_id)
    execute function note_due();

create trigger feed_added after insert on feed
    for each row execute function note_due();
create trigger feed_due_sooner after update of host_id, next_check_at on feed
    for each row
    when (new.next_check_at < old.next_check_at or new.host_id <> old.host_id)
    execute function note_due();

create trigger proposal_added after insert on proposal
    for each row execute function note_proposed();

-- A host has its rows from the beginning: they are locked in order before something is added.
create function make_host_due() returns trigger
language plpgsql as $$
begin
    insert into host_due (host_id, kind, due_at)
    select new.id, kind, 'infinity'
    from unnest(array['article', 'feed', 'proposal']) as kind;
    return null;
end
$$;

create trigger host_added after insert on host
    for each row execute function make_host_due();

insert into host_due (host_id, kind, due_at)
select host.id, 'article', coalesce(
    (select min(next_check_at) from article where host_id = host.id and state = 'watched'), 'infinity')
from host
union all
select host.id, 'feed', coalesce(
    (select min(next_check_at) from feed where host_id = host.id), 'infinity')
from host
union all
select host.id, 'proposal', coalesce(
    (select min(created_at) from proposal where host_id = host.id and looked_at is null), 'infinity')
from host;

-- Later pages of an article differ little from earlier ones: their bytes are compressed with those
-- of an earlier snapshot as the dictionary, which is whole itself (a key frame), so that reading one
-- reads two rows at most. Null: this one is whole.
alter table snapshot add column base integer;
alter table snapshot add constraint snapshot_base
    foreign key (article_id, base) references snapshot (article_id, number);
