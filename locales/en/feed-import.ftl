# The form by which an editor brings a list of feeds (OPML) to be read.

feed-import-read-the-feeds = Read the feeds of a list
feed-import-feed-readers-hand = Feed readers hand on their feeds as OPML. Bring such a list: you choose which of its feeds are read from now on, and the articles in them are watched.
feed-import-read-from-now = Read from now on
feed-import-how-each-is-html = { $count }. <a href="{ $sources }">How each is doing stands at the sources</a>.
feed-import-in-this-list = In this list
feed-import-feeds-to-be = Feeds to be read
feed-import-each-is-visited = Each is visited at its host’s pace. One that turns out to be no feed, or must not be visited, says so at the sources.
feed-import-read-these-feeds = Read these feeds
feed-import-left-out = Left out
feed-import-and = … and { $more }
feed-import-an-opml-file = An OPML file
feed-import-or-its-text = or its text
feed-import-at-most-1 = At most 1 MiB, and 1,000 feeds at once. Nothing is added before you have seen the list.
feed-import-show-its-feeds = Show its feeds

feed-import-choose-a-file = Choose a file, or paste its text.
feed-import-it-is-read = it is read already
feed-import-the-source-is = the source { $slug } is paused
feed-import-counts = { $feeds } that can be read, { $left-out } left out.
