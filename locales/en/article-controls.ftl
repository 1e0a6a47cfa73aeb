article-controls-hide-or-delete = Hide or delete this article
