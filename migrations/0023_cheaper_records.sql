-- What every check pays for: fewer indexes of what it writes, fewer statements.

-- Lists go by article_listed, which this index equals but for what is never listed.
drop index article_by_last_change;

-- Only those that wait to be written anew are looked for: where tables are great, there are few.
drop index article_unsearched;
create index article_unsearched on article (search_revision, id) where search_revision < 1;

-- A change stands between two sightings, and these are the article's.
alter table change drop constraint change_article_id_fkey;

-- Puts down when something falls due next, by host and kind, in rows of host_due that the caller has
-- locked. Each statement of such a function sees what was committed before it began, and so all that
-- was added before the rows were locked.
create function look_again(hosts bigint[], kinds text[]) returns void
language plpgsql as $$
begin
    update host_due
    set due_at = first.due_at
    from (
        select mine.host_id, mine.kind, coalesce(
            case
                -- Nothing, while the publisher is paused.
                when source.paused_at is not null then null
                when mine.kind = 'article' then (
                    select min(article.next_check_at)
                    from article
                    where article.host_id = mine.host_id
                        and article.state = 'watched'
                )
                when mine.kind = 'feed' then (
                    select min(feed.next_check_at)
                    from feed
                    where feed.host_id = mine.host_id
                        and feed.paused_at is null
                )
                when mine.kind = 'proposal' then (
                    select min(proposal.created_at)
                    from proposal
                    where proposal.host_id = mine.host_id
                        and proposal.looked_at is null
                )
            end,
            'infinity'
        ) as due_at
        from unnest(hosts, kinds) as mine (host_id, kind)
        join host on host.id = mine.host_id
        left join source on source.id = host.source_id
    ) as first
    where host_due.host_id = first.host_id
        and host_due.kind = first.kind
        and host_due.due_at <> first.due_at;
end
$$;

-- The same for all of these hosts that is due by then, after waiting for whoever is adding something
-- there: what they add is then seen.
create function look_again_in_order(hosts bigint[], due_by timestamptz) returns void
language plpgsql as $$
declare
    locked_hosts bigint[];
    locked_kinds text[];
begin
    select array_agg(locked.host_id), array_agg(locked.kind)
    into locked_hosts, locked_kinds
    from (
        -- In the order in which those who add to several hosts lock them.
        select host_due.host_id, host_due.kind
        from host_due
        join host on host.id = host_due.host_id
        where host_due.host_id = any (hosts)
            and host_due.due_at <= due_by
        order by host.name collate "C", host_due.kind
        for no key update of host_due
    ) as locked;
    perform look_again(locked_hosts, locked_kinds);
end
$$;

-- Gives hosts back, to be visited again after their gaps; those whose claim is spent are left alone.
-- Of what was not due nothing can have changed but by those who note it themselves.
create function release_hosts(hosts bigint[], claims bigint[], gaps interval[]) returns void
language plpgsql as $$
begin
    update host
    set lease_until = null, next_visit_at = now() + mine.gap
    from unnest(hosts, claims, gaps) as mine (id, claim, gap)
    where host.id = mine.id
        and host.claim = mine.claim;
    perform look_again_in_order(hosts, now());
end
$$;

-- What most often happens to an article is written as what it adds.
create or replace function tally_changed_article() returns trigger
language plpgsql as $$
declare
    was_read boolean := old.versions > 0 and old.merged_into is null;
    is_read boolean := new.versions > 0 and new.merged_into is null;
begin
    if new.observer is null and new.state <> 'hidden'
        and new.state = old.state
        and new.source_id = old.source_id
        and new.merged_into is not distinct from old.merged_into
        and (old.first_changed_at is null or old.first_changed_at = new.first_changed_at)
    then
        insert into tally_delta (kind, source_id, place, amount)
        select share.kind, new.source_id, share.place, share.amount
        from (values
            ('versions', 0, new.versions - old.versions),
            ('read', 0, is_read::integer - was_read::integer),
            ('delay', delay_step(new.first_changed_at - new.first_seen_at),
                (is_read and new.first_changed_at is not null)::integer
                    - (was_read and old.first_changed_at is not null)::integer)
        ) as share (kind, place, amount)
        where share.amount <> 0;
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
declare
    -- As week_of() and change_places() have it, which would be planned at each call.
    hours bigint := floor(extract(epoch from counted.latest_at) / 3600) + 72;
    week integer := div(hours, 168);
    publisher bigint;
begin
    if counted.is_technical then
        return;
    end if;
    select source_id into publisher
    from article
    where id = counted.article_id
        and state <> 'hidden'
        and observer is null;
    if not found then
        return;
    end if;
    insert into tally_delta (kind, source_id, place, amount)
    values
        ('changes', publisher, week, sign),
        ('hours', publisher, week / 4 * 168 + mod(hours, 168), sign);
    if 'headline' = any (counted.kinds) then
        insert into tally_delta (kind, source_id, place, amount)
        values ('headlines', publisher, week, sign);
    end if;
end
$$;
