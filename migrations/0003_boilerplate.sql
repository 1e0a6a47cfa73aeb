-- Paragraphs that stand at the same place in several articles of one source are not the articles':
-- sign-up lines, notes about the newspaper. What a source's articles teach is kept here.

-- What is dropped from the edges of a source's articles. Each change of this set raises the source's
-- rules_revision: texts are stamped with it, so that what was learned never shows as an edit.
create table boilerplate (
    source_id bigint not null references source,
    digest bytea not null,
    learned_at timestamptz not null,
    primary key (source_id, digest)
);

-- When that set was changed last: it is changed rarely, since each article is read anew then.
alter table source add column learned_at timestamptz;

-- Paragraphs that may turn out to be boilerplate.
create table boilerplate_candidate (
    source_id bigint not null references source,
    -- 0, 1, 2: the first paragraphs; -1, -2, -3: the last.
    place smallint not null,
    digest bytea not null,
    -- For each article that had it there, the start of the digest of a paragraph from the middle of
    -- that article: two copies of one article are one witness.
    witnesses bytea[] not null,
    seen_at timestamptz not null,
    primary key (source_id, place, digest)
);

-- The oldest of a source are let go of.
create index boilerplate_candidate_by_age on boilerplate_candidate (source_id, seen_at desc);
