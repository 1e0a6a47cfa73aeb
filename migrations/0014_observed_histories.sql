-- What others saw of an article: web archives, of which somebody imported captures. Stet's own
-- history of it stays as it is, with its numbers; what an archive saw is a history beside it, kept
-- as an article of its own that is part of the watched one, like those that were merged into it.

-- Who saw this history; null: Stet itself. Such an article is never visited, and its url_digest is
-- none of an address: it is found by the article that it is part of.
alter table article add column observer text
    constraint article_observer_length check (char_length(observer) between 1 and 200);
alter table article add constraint article_observed_of_another
    check (observer is null or merged_into is not null);

-- One capture. Captures come in any order, so that sightings and changes of such a history are made
-- anew of these rows; its versions are numbered in the order in which they were imported.
create table observation (
    article_id bigint not null references article,
    captured_at timestamptz not null,
    version integer not null,
    -- Where the archive keeps it: an address, or a file's name and its record.
    place text not null,
    -- SHA-256 of its body, decoded.
    body_digest bytea not null,
    noted_at timestamptz not null,
    primary key (article_id, captured_at),
    foreign key (article_id, version) references version
);

-- The body was, byte for byte, the last one that was read: such a check stands in an exported WARC
-- file as a record that repeats an earlier one.
alter table "check" add column is_same_body boolean not null default false;
