# All sources' feeds of changes, as a list that readers' programs take in.

opml-stet-latest-changes = Stet: latest changes
opml-stet-changes-of = Stet: changes of { $source }
opml-stet-changes-of-all = Stet: changes of all sources
