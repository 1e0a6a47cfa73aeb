diff-was-last-seen-html = { $what }: { $name } was last seen { $last-seen }, { $name-2 } was first seen { $first-seen }, { $span } later.
diff-article-first-published-html = Article first published or seen { $first-seen }
diff-original-article = Original article ↗
diff-rss-feed-of = RSS feed of changes
diff-all-versions = All versions
diff-cite = Cite
diff-from-version = From version
diff-to-version = to version
diff-compare = Compare
diff-previous-change-html = ← Previous<span class="sr"> change</span>
diff-next-change-html = Next<span class="sr"> change</span> →
diff-changes = Changes
diff-previous-change-key = Previous change: { $what }. Key: left arrow
diff-next-change-key = Next change: { $what }. Key: right arrow
diff-view = View
diff-paragraphs = Paragraphs
