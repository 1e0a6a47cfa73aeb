-- Counts that pages show must not cost more because more is kept: how much is watched, and each
-- publisher's rhythm of changes. They are counted where the counted rows are written, here, so that
-- no query can forget to.

-- When readers were first shown that it changed; null while it has not.
alter table article add column first_changed_at timestamptz;

update article
set first_changed_at = (
    select min(latest_at) from change where article_id = article.id and not is_technical
)
where changes > 0;

-- What is counted of a publisher. No hidden article is, nor what happened to it.
create table tally (
    -- 'articles': that may be shown.
    -- 'read': those of them that have a text and are not another article by now.
    -- 'versions': the texts of all that may be shown.
    -- 'delay': articles of 'read' that changed, by how long they had been watched by then.
    -- 'changes': that readers are shown, by the week in which they were seen.
    -- 'headlines': those of them that changed the headline.
    -- 'hours': the changes again, by the hour of the week, for every four weeks.
    kind text not null constraint tally_kind
        check (kind in ('articles', 'read', 'versions', 'delay', 'changes', 'headlines', 'hours')),
    source_id bigint not null,
    -- Of a delay: its step on a scale of eighths of a doubling, from a minute. Of changes: the week,
    -- counted from the Monday before 1970. Of hours: the week divided by four, times 168, and the
    -- hour from Monday's first, UTC. Otherwise 0.
    place integer not null,
    amount bigint not null,
    primary key (kind, source_id, place)
)
-- Only folding writes it: a row's next version finds room beside it.
with (fillfactor = 70);

-- What is to be added to it. Whoever counts writes a row of its own and waits for nobody: one row
-- that all pollers change would make them queue, and locks taken in no order would make them fail.
-- Readers add these to the sums.
create table tally_delta (
    id bigint generated always as identity primary key,
    kind text not null,
    source_id bigint not null,
    place integer not null,
    amount bigint not null
)
with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

-- Adds the deltas to the sums, unless somebody else does so now. One folder at a time, so that the
-- sums' rows are never waited for.
create function fold_tallies() returns void
language plpgsql as $$
begin
    -- The bytes of 'tally' as a number: a lock of this name and no other.
    if not pg_try_advisory_xact_lock(499850701945) then
        return;
    end if;
    -- A statement of its own, so that it sees what the last folder did.
    with folded as (
        delete from tally_delta
        returning kind, source_id, place, amount
    )
    insert into tally as known (kind, source_id, place, amount)
    select kind, source_id, place, sum(amount)
    from folded
    group by kind, source_id, place
    having sum(amount) <> 0
    order by kind, source_id, place
    on conflict (kind, source_id, place) do update
    set amount = known.amount + excluded.amount;
end
$$;

-- Every 250th count folds: readers add up some hundreds of rows at most, and few records pay for it.
create function fold_tallies_at_times() returns trigger
language plpgsql as $$
begin
    perform fold_tallies();
    return null;
end
$$;

create trigger tally_delta_folded after insert on tally_delta
    for each row when (new.id % 250 = 0)
    execute function fold_tallies_at_times();

create function delay_step(delay interval) returns integer
language sql immutable parallel safe as $$
    select floor(8 * log(2.0, greatest(extract(epoch from delay) / 60, 1)))::integer
$$;

create function week_of(at timestamptz) returns integer
language sql immutable parallel safe as $$
    select floor((extract(epoch from at) / 86400 + 3) / 7)::integer
$$;

-- The places of a change in the tallies.
create function change_places(at timestamptz, kinds text[])
returns table (kind text, place integer)
language sql immutable parallel safe as $$
    values
        ('changes', week_of(at)),
        ('hours', week_of(at) / 4 * 168 + mod(floor(extract(epoch from at) / 3600) + 72, 168)::integer)
    union all
    select 'headlines', week_of(at)
    where 'headline' = any (kinds)
$$;

-- An article's share in the tallies, `sign` times.
create function tally_article(counted article, sign integer) returns void
language plpgsql as $$
begin
    if counted.state = 'hidden' then
        return;
    end if;
    insert into tally_delta (kind, source_id, place, amount)
    select share.kind, counted.source_id, share.place, sign * share.amount
    from (values
        ('articles', 0, 1),
        ('versions', 0, counted.versions),
        ('read', 0, (counted.versions > 0 and counted.merged_into is null)::integer),
        ('delay', delay_step(counted.first_changed_at - counted.first_seen_at),
            (counted.versions > 0 and counted.merged_into is null
                and counted.first_changed_at is not null)::integer)
    ) as share (kind, place, amount)
    where share.amount <> 0;
end
$$;

-- The same for all its changes.
create function tally_changes(counted article, sign integer) returns void
language plpgsql as $$
begin
    insert into tally_delta (kind, source_id, place, amount)
    select part.kind, counted.source_id, part.place, sign * count(*)
    from change
    cross join change_places(latest_at, kinds) as part
    where article_id = counted.id
        and not is_technical
    group by part.kind, part.place;
end
$$;

create function note_first_change() returns trigger
language plpgsql as $$
begin
    if new.changes = 0 then
        new.first_changed_at := null;
    elsif new.first_changed_at is null then
        new.first_changed_at := new.last_changed_at;
    end if;
    return new;
end
$$;

create trigger article_first_change before insert or update of changes on article
    for each row execute function note_first_change();

create function tally_added_article() returns trigger
language plpgsql as $$
begin
    perform tally_article(new, 1);
    return null;
end
$$;

create trigger article_tallied_added after insert on article
    for each row execute function tally_added_article();

-- What most often rises is written as one row.
create function tally_changed_article() returns trigger
language plpgsql as $$
begin
    if new.state <> 'hidden' and new.versions > old.versions and old.versions > 0
        and (old.state, old.merged_into, old.first_changed_at, old.source_id)
            is not distinct from
            (new.state, new.merged_into, new.first_changed_at, new.source_id)
    then
        insert into tally_delta (kind, source_id, place, amount)
        values ('versions', new.source_id, 0, new.versions - old.versions);
        return null;
    end if;
    perform tally_article(old, -1);
    perform tally_article(new, 1);
    if (old.state = 'hidden') <> (new.state = 'hidden') or old.source_id <> new.source_id then
        if old.state <> 'hidden' then
            perform tally_changes(old, -1);
        end if;
        if new.state <> 'hidden' then
            perform tally_changes(new, 1);
        end if;
    end if;
    return null;
end
$$;

create trigger article_tallied_changed after update on article
    for each row
    when (old.versions <> new.versions
        or old.state <> new.state
        or old.source_id <> new.source_id
        or old.merged_into is distinct from new.merged_into
        or old.first_changed_at is distinct from new.first_changed_at)
    execute function tally_changed_article();

-- Before, while its changes still stand; afterwards there is no article to count them for.
create function tally_removed_article() returns trigger
language plpgsql as $$
begin
    perform tally_article(old, -1);
    if old.state <> 'hidden' then
        perform tally_changes(old, -1);
    end if;
    return old;
end
$$;

create trigger article_tallied_removed before delete on article
    for each row execute function tally_removed_article();

create function tally_change(counted change, sign integer) returns void
language plpgsql as $$
begin
    if counted.is_technical then
        return;
    end if;
    insert into tally_delta (kind, source_id, place, amount)
    select part.kind, article.source_id, part.place, sign
    from article
    cross join change_places(counted.latest_at, counted.kinds) as part
    where article.id = counted.article_id
        and article.state <> 'hidden';
end
$$;

create function tally_changed_change() returns trigger
language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        perform tally_change(old, -1);
    end if;
    if tg_op <> 'DELETE' then
        perform tally_change(new, 1);
    end if;
    return null;
end
$$;

create trigger change_tallied_added_or_removed after insert or delete on change
    for each row execute function tally_changed_change();
create trigger change_tallied_changed after update on change
    for each row
    when (old.is_technical <> new.is_technical
        or old.kinds <> new.kinds
        or old.latest_at <> new.latest_at)
    execute function tally_changed_change();

-- What stands already.
insert into tally (kind, source_id, place, amount)
select 'articles', source_id, 0, count(*)
from article
where state <> 'hidden'
group by source_id
union all
select 'versions', source_id, 0, sum(versions)
from article
where state <> 'hidden'
group by source_id
union all
select 'read', source_id, 0, count(*)
from article
where state <> 'hidden' and versions > 0 and merged_into is null
group by source_id
union all
select 'delay', source_id, delay_step(first_changed_at - first_seen_at), count(*)
from article
where state <> 'hidden' and versions > 0 and merged_into is null and first_changed_at is not null
group by source_id, 3
union all
select part.kind, article.source_id, part.place, count(*)
from change
join article on article.id = change.article_id
cross join change_places(latest_at, kinds) as part
where article.state <> 'hidden'
    and not is_technical
group by part.kind, article.source_id, part.place;
