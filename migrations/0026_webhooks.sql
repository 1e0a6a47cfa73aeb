-- Webhooks: each change is posted to addresses that editors set, from an outbox that is filled by the
-- transaction that records the change.

create table webhook (
    id bigint generated always as identity primary key,
    -- What it is for: lists and the audit log call it so.
    name text not null constraint webhook_name_length check (length(name) between 1 and 80),
    url text not null constraint webhook_url_length check (octet_length(url) <= 2048),
    -- What messages are signed with. It cannot be kept as a digest, since a digest signs nothing: it
    -- lets nobody in here, only speak to its receiver in this site's name.
    secret bytea not null
        constraint webhook_secret_length check (length(secret) between 24 and 64),
    -- The secret before: it signs as well for a while, so that receivers may learn the new one.
    old_secret bytea,
    old_secret_until timestamptz,
    -- Which changes: of one publisher, of any of these kinds, of so many words or more. Null: of all.
    source_id bigint references source,
    kinds text[],
    min_words integer not null default 0,
    -- Who made it; null: a session that names nobody.
    editor_id bigint references editor,
    created_at timestamptz not null,
    -- While it is paused, nothing is put into its outbox.
    paused_at timestamptz,
    pause_reason text constraint webhook_pause_reason check (pause_reason in ('editor', 'gone', 'failing')),
    -- Failed attempts since the last one that succeeded, and when the first of them was made.
    failures integer not null default 0,
    failing_since timestamptz,
    delivered_at timestamptz,
    -- Until when its receiver is left alone.
    not_before timestamptz,
    -- Whoever was served longest ago is served next, so that no backlog holds up others.
    attempted_at timestamptz,
    -- One message at a time, whatever the number of processes: the lease is the webhook's, by the
    -- database's clock, and the counter fences off whoever slept past it.
    claim bigint not null default 0,
    lease_until timestamptz,
    constraint webhook_old_secret check ((old_secret is null) = (old_secret_until is null)),
    constraint webhook_pause check ((paused_at is null) = (pause_reason is null))
);

-- A name is free again when its webhook was removed, which deletes the row.
create unique index webhook_name_unique on webhook (lower(name));
create index webhook_by_source on webhook (source_id) where source_id is not null;
create index webhook_by_editor on webhook (editor_id) where editor_id is not null;

-- The outbox: one message, to one receiver.
create table webhook_delivery (
    -- The message's name, the same for all attempts: receivers know by it what they have already.
    id uuid primary key default gen_random_uuid(),
    webhook_id bigint not null references webhook on delete cascade,
    -- The change that it tells of; null: a test. What it says is made when it is sent, and what may
    -- not be shown by then is not sent. A change that is no more takes its messages along.
    article_id bigint,
    change integer,
    -- When what it tells of happened.
    happened_at timestamptz not null,
    attempts integer not null default 0,
    attempted_at timestamptz,
    -- What the last attempt was answered, and what was wrong, in words.
    status smallint,
    error text,
    -- When the next attempt is due; null when there will be none.
    due_at timestamptz,
    finished_at timestamptz,
    outcome text
        constraint webhook_delivery_outcome check (outcome in ('delivered', 'failed', 'withdrawn')),
    constraint webhook_delivery_subject check ((article_id is null) = (change is null)),
    constraint webhook_delivery_end
        check ((due_at is null) = (finished_at is not null) and (outcome is null) = (finished_at is null)),
    -- The article first: this is how a change that is deleted finds its messages.
    constraint webhook_delivery_once unique (article_id, change, webhook_id),
    foreign key (article_id, change) references change (article_id, number) on delete cascade
);

create index webhook_delivery_due on webhook_delivery (webhook_id, due_at) where due_at is not null;
create index webhook_delivery_latest on webhook_delivery (webhook_id, happened_at desc, id);
create index webhook_delivery_finished on webhook_delivery (finished_at) where finished_at is not null;
