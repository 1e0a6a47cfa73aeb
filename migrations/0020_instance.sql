-- Feeds name their items for ever and for everybody: by this installation, the article and the
-- change. An address may be given up; this identifier stays with the data, wherever they move.
create table instance (
    id uuid not null default gen_random_uuid(),
    is_only boolean primary key default true constraint instance_is_one check (is_only)
);

insert into instance default values;
