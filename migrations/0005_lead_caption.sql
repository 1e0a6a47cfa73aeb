-- What stands under the picture at an article's head, without its credit: a field of its own, so
-- that a picture that comes or goes is no paragraph added or removed. Versions from before have
-- none; their digests are those of texts without one.
alter table version add column lead_caption text;

-- The part of the newspaper in which the page said that it stands. Newspapers file an article
-- elsewhere without touching its text, so it is no part of the digest, and a version keeps the
-- section of the page on which it was seen first.
alter table version add column section text;

-- When the newspaper says that it changed the article last: its word against what was seen, and no
-- part of the digest, since many sites write the time of delivery there.
alter table version add column modified_at timestamptz;
