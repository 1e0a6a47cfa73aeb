-- Lists of changes are sent again as they are while nothing that they show was written. Counting tells
-- of what is added, hidden or removed; what is written over in its place is noted beside it, as an
-- amount of nothing: it adds up to nothing when it is folded.
create function note_edition() returns trigger
language plpgsql as $$
begin
    insert into tally_delta (kind, source_id, place, amount) values ('edition', 0, 0, 0);
    return null;
end
$$;

create trigger change_edition after update on change
    for each row when (old.* is distinct from new.*)
    execute function note_edition();
create trigger version_edition after update on version
    for each row when (old.* is distinct from new.*)
    execute function note_edition();
create trigger article_edition after update of url on article
    for each row when (old.url <> new.url)
    execute function note_edition();
create trigger source_edition after update of name, slug on source
    for each row when ((old.name, old.slug) <> (new.name, new.slug))
    execute function note_edition();
-- Whoever filters a list chooses among all of them.
create trigger source_edition_of_all after insert or delete on source
    for each row execute function note_edition();
