# Articles.

articles-articles = Articles
# Programs that read News Sniffer know these words: the English ones stay, and the numbers as they are.
articles-currently-monitoring-news = Currently monitoring { $articles } news articles with { $versions } different versions.
articles-state = State
articles-any = any
articles-show = Show
articles-show-all = Show all
articles-there-is-no-html = There is no source called “{ $value }”. Choose one from the list, or <a href="{ $all }">show all articles</a>.
articles-no-article-is-html = No article is like that. <a href="{ $all }">Show all articles</a>
articles-there-are-no = There are no further articles.
articles-no-article-is-watched-html = No article is watched yet. <a href="{ $watch }">Watch an article</a>
articles-never = never

articles-no-longer-checked = no longer checked
articles-removed-by-the = removed by the publisher
articles-first-check-due = first check due
articles-watched = watched
