-- A source's rules have a revision, as the extractor has: a text is stamped with both, so that what
-- comes of an edited rule is never taken for an edit by the newspaper.

-- It rises with each change of the rules.
alter table source add column rules_revision integer not null default 0;

-- Which revision of its source's rules made this text of those bytes. No history has been made by
-- any but the first.
alter table version add column rules_revision integer not null default 0;

-- The stamped revisions found no article in the bytes: the text is still that of earlier ones.
alter table version add column is_unreadable boolean not null default false;

-- When a history is read anew from its snapshots, two versions may turn out to have one text. Both
-- keep their numbers, since links lead to them; the later one names the earlier here, and the text
-- counts for one where texts are told apart.
alter table version add column same_as integer
    constraint version_same_as_an_earlier check (same_as < number);
alter table version drop constraint version_digest_unique;
create unique index version_digest_unique on version (article_id, digest) where same_as is null;

-- Stet read the same bytes anew here: technical, whatever the two texts are found to be later. Other
-- changes are technical only as long as nothing tells their two texts apart.
alter table change add column is_upgrade boolean not null default false;
update change set is_upgrade = is_technical where is_technical;
