# Publishers.

sources-sources = Sources
sources-newspapers-whose-articles = Newspapers whose articles are watched, and the feeds in which new ones are found.
sources-all-sources-feeds-html = <a href="{ $opml }">All sources’ feeds of changes as OPML</a>, for your feed reader · <a href="{ $import }">Read the feeds of an OPML list</a>
sources-there-is-no-html = There is no source yet. <a href="{ $watch }">Watch an article</a> or a newspaper’s feed.

sources-links-by-the = links by the selector { $selector }
sources-links-by-the-pattern = links by the pattern { $pattern }
