# A change in a list.

change-line-was = was:

# What happened to the article, between two checks; { $versions }: "version 1 → 2".
change-line-changed-html = <a href="{ $source-href }">{ $source }</a> · changed between { $earliest } and { $latest } · <a href="{ $article-href }">{ $versions }</a>
change-line-removed-html = <a href="{ $source-href }">{ $source }</a> · removed between { $earliest } and { $latest } · <a href="{ $article-href }">{ $versions }</a>
change-line-back-html = <a href="{ $source-href }">{ $source }</a> · came back between { $earliest } and { $latest } · <a href="{ $article-href }">{ $versions }</a>
