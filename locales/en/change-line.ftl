change-line-was = was:
change-line-between-and-html = <a href="{ $source-href }">{ $source }</a> · { $what-happened } between { $earliest } and { $latest } · <a href="{ $article-href }">{ $versions }</a>
