source-feed-stet-changes-of = Stet: changes of { $source }
source-feed-what-changed-in = What { $source } changed in its articles after publication
