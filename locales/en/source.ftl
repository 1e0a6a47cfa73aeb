# One publisher.

source-from-rss-feed-html = <a href="{ $articles-href }">{ $articles }</a>, { $versions } from { $domain }. <a href="{ $changes-href }">Latest changes</a> · <a href="{ $feed }">RSS feed of changes</a>
source-where-articles-are = Where articles are found
source-no-feed-sitemap-html = No feed, sitemap or section page of this source is read. <a href="{ $watch }">Add one</a>.
source-named-by-an = named by an index
source-read-next-html = read { $last }, next { $next-check }
source-first-reading-is = first reading is due now
source-failing-in-a = Failing, { $failures } in a row: { $error }
source-all-its-addresses = All its addresses are watched
source-filter-this-html = · <a href="{ $filter-href }">Filter this { $kind }</a>
source-paused-since-html = · paused since { $paused }
source-edit-this-html = · <a href="{ $edit }">Edit this { $kind }</a>
source-what-is-watched = What is watched
source-all-addresses-that = All addresses that the feeds name and their own filters take.
source-of-all-addresses = Of all addresses that the feeds name:
source-filter-all-feeds = Filter all feeds of this source

source-changes-of = Changes of { $source }
source-only = only { $pattern }
source-not = not { $pattern }
