-- A move to another address under which the text stayed as it was is a change, too: like a removal
-- it stands behind the sighting in which it was seen, and both its versions are the one that stood.
alter table change drop constraint change_between_neighbours;
alter table change add constraint change_between_neighbours check (
    to_sighting = from_sighting + 1
    or (
        to_sighting = from_sighting
        and from_version = to_version
        and kinds in ('{gone}', '{moved-address}')
    )
);
