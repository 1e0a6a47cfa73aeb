# The latest changes of all articles, as a filter wants them, and the box that takes any address.

latest-latest-changes = Latest changes
latest-what-this-is = This site watches news articles and shows how they were changed after they were published.
# Programs that read News Sniffer know these words: the English ones stay, and the numbers as they are.
latest-currently-monitoring-news-html = Currently monitoring { $articles } news articles with { $versions } different versions. <a href="{ $feed }">RSS feed of changes</a>
latest-what-did-this = What did this page say before?
latest-look-it-up = Look it up
latest-filter = Filter
latest-any-of-these = Any of these kinds
latest-from-day = From day (UTC)
latest-to-day = To day (UTC)
latest-words-changed-at = Words changed, at least
latest-show = Show
latest-show-all = Show all
latest-there-is-no-html = There is no source called “{ $value }”. Choose one from the list, or <a href="{ $all }">show all changes</a>.
latest-no-change-is-html = No change is like that. Ask for more kinds, a longer span of time or fewer words, or <a href="{ $all }">show all changes</a>.
latest-there-are-no = There are no older changes.
latest-no-article-has-html = No article has changed yet. <a href="{ $watch }">Watch an article</a> or a newspaper’s feed, and its changes will stand here.
latest-paste-the-address = Paste the address of an article

latest-latest-changes-as = Latest changes as filtered
latest-what-newspapers-changed = What newspapers changed in their articles after publication
latest-of-these-kinds = of these kinds: { $kinds }
latest-from = from { $name }
latest-of-words-or = of { $words } words or more
latest-since = since { $day }, UTC
latest-until = until { $day }, UTC
