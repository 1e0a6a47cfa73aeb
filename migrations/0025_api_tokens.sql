-- Tokens by which programs add, hide and bring back articles.

create table api_token (
    id bigint generated always as identity primary key,
    -- What it is for: lists and the audit log call it so.
    name text not null constraint api_token_name_length check (length(name) between 1 and 80),
    -- SHA-256 of its secret, which was shown once: reading this table lets nobody in.
    digest bytea not null
        constraint api_token_digest_unique unique
        constraint api_token_digest_length check (length(digest) = 32),
    -- Who made it, and for whom it works: an editor who is disabled has no tokens that do. Null: a
    -- session that names nobody.
    editor_id bigint references editor,
    created_at timestamptz not null,
    -- To the minute: not every request writes.
    last_used_at timestamptz
);
-- 'Import' and 'import' would be one token to whoever reads the log. A name is free again when its
-- token was revoked, which deletes the row.
create unique index api_token_name_unique on api_token (lower(name));

-- The log tells of tokens, too (and of webhooks, which have a migration of their own: whichever of
-- the two comes last must not take the other's word away).
alter table audit drop constraint audit_subject_kind;
alter table audit add constraint audit_subject_kind
    check (subject_kind in ('article', 'feed', 'source', 'editor', 'token', 'webhook'));
