# Hiding an article and bringing it back.

visibility-article = Article { $number }
visibility-this-article-is-html = <a href="{ $article }">This article</a> is shown to everybody.
visibility-hide-it = Hide it
visibility-its-page-versions = Its page, versions, comparisons and feed answer “This article cannot be shown for legal reasons”, and no list, feed or search names it. Nothing is lost, and it can be brought back.
visibility-why = Why
visibility-hide-this-article = Hide this article
visibility-this-article-is = This article is hidden. Readers are told that it cannot be shown for legal reasons.
visibility-bring-it-back = Bring it back
visibility-it-is-shown = It is shown again as it was, and watched as before.
visibility-bring-this-article = Bring this article back
visibility-this-article-was = This article was deleted for good. No feed brings it back; whoever wants it watched adds its address anew.
visibility-delete-it-for = Delete it for good
visibility-all-its-versions = All its versions, stored pages, checks and addresses are removed from the database at once. This cannot be undone; copies in your backups are yours to delete.
visibility-the-articles-number = The article’s number, { $number }, to confirm
visibility-delete-this-article = Delete this article for good
visibility-the-audit-log-html = <a href="{ $log }">The audit log</a> keeps who did what, and why.

visibility-say-why-in = Say why, in 2,000 characters at most: the audit log keeps it.
visibility-to-delete-the = To delete the article for good, type its number. Nothing was deleted.
