# The changes of one article, as a feed.

article-feed-changes-of = Changes of “{ $title }”
article-feed-what-changed-in = What { $source-name } changed in this article
