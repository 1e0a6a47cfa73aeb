-- What a hub was not told when a process ended is told by the next one: when somebody last looked for
-- news and told the hub of all of it.
alter table instance add column hub_told_at timestamptz;
