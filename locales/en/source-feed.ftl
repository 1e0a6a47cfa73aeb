# The changes of one publisher's articles, as a feed.

source-feed-stet-changes-of = Stet: changes of { $source }
source-feed-what-changed-in = What { $source } changed in its articles after publication
