-- Editors by name, what they did, and articles that may not be shown or kept.

-- Someone who looks after this site. Never deleted: the audit log names them.
create table editor (
    id bigint generated always as identity primary key,
    name text not null constraint editor_name_length check (length(name) between 1 and 80),
    -- Argon2id in the PHC string format; null until the editor follows the one-time link.
    password text,
    created_at timestamptz not null,
    -- Since when the editor may not log in.
    disabled_at timestamptz
);
-- 'Ann' and 'ann' would be one person to whoever reads the log.
create unique index editor_name_unique on editor (lower(name));

-- Null: opened by a printed link or the site's password, which name nobody.
alter table session add column editor_id bigint references editor;
create index session_by_editor on session (editor_id) where editor_id is not null;

-- A link that lets one editor set a password, used once, as a login link is.
create table password_link (
    digest bytea primary key,
    editor_id bigint not null references editor,
    created_at timestamptz not null,
    expires_at timestamptz not null
);

-- Who did what. It names articles by their numbers only: what was deleted for good must not live
-- on in its log.
create table audit (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    editor_id bigint references editor,
    -- The actor in words, as they were called then.
    actor text not null,
    action text not null,
    subject_kind text not null
        constraint audit_subject_kind check (subject_kind in ('article', 'feed', 'source', 'editor')),
    -- An article's or feed's number, a source's slug, an editor's name.
    subject text not null,
    detail jsonb not null
);
create index audit_by_action on audit (action, id desc);
create index audit_by_subject on audit (subject_kind, subject, id desc);
create index audit_by_actor on audit (actor, id desc);

-- Append-only, also for whoever has a bug.
create function refuse_to_forget() returns trigger
language plpgsql as $$
begin
    raise exception 'the audit log is only ever added to';
end
$$;
create trigger audit_is_kept before update or delete or truncate on audit
    for each statement execute function refuse_to_forget();

-- What was done with a hidden article before: it is done again when the article is brought back.
alter table article add column hidden_from text;
-- Of those hidden so far nobody knows: whether one still changes, checks will tell.
update article set hidden_from = 'watched' where state = 'hidden';
alter table article add constraint article_hidden_from check (
    (state = 'hidden') = (hidden_from is not null)
    and hidden_from in ('watched', 'dormant', 'gone')
);

-- Articles that were deleted for good: their pages say so.
create table deleted_article (
    id bigint primary key,
    deleted_at timestamptz not null
);

-- Where they stood, as digests only: feeds that still name such an address do not bring it back.
create table deleted_address (
    url_digest bytea primary key,
    deleted_id bigint not null references deleted_article
);
