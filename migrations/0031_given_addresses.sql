-- Whoever asks for an article to be watched may give another address than the one that its page
-- calls its own: of its AMP page, or one that the site redirects for good. It was never watched
-- there, the site did not move it while it was, and it is to be found by it all the same.
alter table address
    drop constraint address_origin,
    add constraint address_origin check (origin in ('watched', 'moved', 'canonical', 'given'));
