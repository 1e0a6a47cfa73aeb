# What editors can do to an article.

article-controls-hide-or-delete = Hide or delete this article
