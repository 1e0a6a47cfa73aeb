# The latest changes of all articles, as a feed.

latest-feed-stet-latest-changes = Stet: latest changes
latest-feed-there-is-no = There is no source called “{ $slug }”.
latest-feed-of = { $title } of { $found }
latest-feed-what-newspapers-changed = What newspapers changed in their articles after publication
