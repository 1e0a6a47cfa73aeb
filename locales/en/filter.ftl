# Which of the addresses that feeds name are watched, with a preview of what a filter drops.

filter-what-is-watched = What is watched
filter-which-of-the-html = Which of the addresses in <span class="address">{ $feed }</span> are watched.
filter-which-of-the = Which of the addresses in all feeds of this source are watched.
filter-articles-that-are = Articles that are watched already stay so.
filter-watch-only-addresses = Watch only addresses that match one of these patterns
filter-leave-addresses-that = Leave addresses that match one of these
filter-regular-expressions-one = Regular expressions, one a line, that match anywhere in an address. None in the first field: all addresses.
filter-show-what-it = Show what it would drop
filter-save = Save
filter-what-these-patterns = What these patterns do
filter-dropped = Dropped
filter-and-more = … and { $count } more
filter-watched = Watched

filter-counts = Of the { $all } found last, { $dropped } dropped and { $taken } watched.
