-- What of the last page that was read whole decides its text, so that a page which differs from it
-- beside the article alone need not be read.
alter table article
    -- Null where no outline gives the text that stands, or nobody has tried.
    add column outline bytea,
    -- When that was tried: after a while a page is read whole again.
    add column outline_tried_at timestamptz,
    add constraint article_outline check (outline is null or outline_tried_at is not null);
