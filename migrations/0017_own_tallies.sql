-- What others saw of an article is counted with nothing: not among what is watched and kept, and not
-- in a publisher's rhythm, since it happened before Stet looked, and only where an archive looked.

create or replace function tally_article(counted article, sign integer) returns void
language plpgsql as $$
begin
    if counted.state = 'hidden' or counted.observer is not null then
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

create or replace function tally_changes(counted article, sign integer) returns void
language plpgsql as $$
begin
    if counted.observer is not null then
        return;
    end if;
    insert into tally_delta (kind, source_id, place, amount)
    select part.kind, counted.source_id, part.place, sign * count(*)
    from change
    cross join change_places(latest_at, kinds) as part
    where article_id = counted.id
        and not is_technical
    group by part.kind, part.place;
end
$$;

create or replace function tally_changed_article() returns trigger
language plpgsql as $$
begin
    if new.observer is null and new.state <> 'hidden'
        and new.versions > old.versions and old.versions > 0
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

create or replace function tally_change(counted change, sign integer) returns void
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
        and article.state <> 'hidden'
        and article.observer is null;
end
$$;
