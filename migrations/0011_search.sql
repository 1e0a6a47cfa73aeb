-- Lists that readers filter and page through, and search over all that newspapers ever wrote.

-- Which publisher's: so that the latest changes of one are found in their order.
alter table change add column source_id bigint references source;
update change set source_id = article.source_id from article where article.id = change.article_id;
alter table change alter column source_id set not null;

create index change_by_source on change (source_id, latest_at desc, article_id desc, number desc)
    where not is_technical;
-- Rare kinds and great changes are found without reading the others.
create index change_by_kind on change using gin (kinds) where not is_technical;
-- A column, since Postgres keeps no count of how common the values of an expression are.
alter table change add column words_changed integer not null
    generated always as (words_added + words_removed) stored;
create index change_by_words on change (words_changed) where not is_technical;

-- The list of articles by state or source; what never changed stands at its end.
create index article_listed on article ((coalesce(last_changed_at, '-infinity')) desc, id desc)
    where merged_into is null and state <> 'hidden';
create index article_listed_by_state
    on article (state, (coalesce(last_changed_at, '-infinity')) desc, id desc)
    where merged_into is null and state <> 'hidden';
create index article_listed_by_source
    on article (source_id, (coalesce(last_changed_at, '-infinity')) desc, id desc)
    where merged_into is null and state <> 'hidden';
create index article_listed_removed
    on article ((coalesce(last_changed_at, '-infinity')) desc, id desc)
    where merged_into is null and state <> 'hidden' and (is_gone or state = 'gone');
-- There are few: lists leave them out by looking here.
create index article_hidden on article (id) where state = 'hidden';

-- What Postgres made of a paragraph's text is replaced by what Stet makes of it (passage.search).
drop index paragraph_search;
alter table paragraph drop column search;

-- Which revision of the search wrote an article's passages; what an earlier one wrote, or nobody yet,
-- is written anew in the background.
alter table article add column search_revision integer not null default 0;
create index article_unsearched on article (search_revision, id);

-- What is searched: each distinct paragraph, headline, standfirst and caption of an article once,
-- with its life. Where tables are sharded by article_id, a search asks all shards.
create table passage (
    article_id bigint not null references article,
    -- 0: a headline, 1: a standfirst, 2: a caption, 3: a paragraph.
    field smallint not null constraint passage_field check (field between 0 and 3),
    -- The paragraph's number; of other fields, that of the first version which has this text.
    number integer not null,
    -- By whose stems it is found; null: by its forms alone.
    language text,
    search tsvector not null,
    -- 'standing': in the text that stands. 'gone': the newspaper took it out, or the whole article.
    -- 'unread': Stet's own reading left it out.
    state text not null constraint passage_state check (state in ('standing', 'gone', 'unread')),
    -- The change by which it came: null, where it stood from the beginning or came with another
    -- reading, and the version in which it came.
    came_from integer,
    came_in integer not null,
    came_at timestamptz not null,
    -- The change by which it went; went_in is null when the article was taken away as a whole.
    went_from integer,
    went_in integer,
    went_at timestamptz,
    -- What happened last: results stand in this order.
    moved_at timestamptz not null,
    primary key (article_id, field, number)
)
-- A life ends with an update: there is room for it.
with (fillfactor = 90);

-- Pending entries are read one by one by every search: they are few.
create index passage_search on passage using gin (search) with (gin_pending_list_limit = 256);
create index passage_latest on passage (moved_at desc, article_id desc, field desc, number desc);
create index passage_gone on passage (moved_at desc, article_id desc, field desc, number desc)
    where state = 'gone';
-- Whether many or few passages have a word decides how they are found.
alter table passage alter column search set statistics 1000;
