# Two versions of an article, compared.

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
# Heads the two texts, for those who go from heading to heading.
diff-the-comparison = The comparison

diff-version-and-itself = Version { $number } and itself
diff-heading = What changed between version { $old } and { $new }
diff-changes-of = Changes of “{ $title }”
diff-dated-html = Dated { $moment }
diff-date = Date
diff-section = Section
diff-place-observed = version { $number } of { $count } · after version { $before } · observed by { $observer }
diff-place-back = version { $number } of { $count } · back from version { $before }
diff-place = version { $number } of { $count } · changed { $later } after version { $before }
diff-last-changed-over = Last changed over 40 days ago; no longer checked
diff-removed-by-the = Removed by the publisher; no longer checked
diff-removed-next-check = Removed by the publisher; next check whether it is back
diff-paused = Visits to this source are paused
diff-removed-paused = Removed by the publisher; visits to this source are paused
diff-next-check = Next check
diff-correction-note = Correction note
diff-earlier-text-came = Earlier text came back
diff-test-of-variants = Test of variants
diff-technical-only-stets = Technical: only Stet's reading changed
diff-moved = { $moved } moved
diff-the-same-words = The same words

diff-field-headline = Headline
diff-field-standfirst = Standfirst
diff-field-picture-caption = Picture caption
diff-field-byline = Byline

# Behind a paragraph's number, "¶4", where both versions stand in one column.
diff-paragraph-of = of version { $version }

# What happened to a paragraph; { $paragraphs }: "¶4", "¶4 and ¶5"; { $arrow } shows where they stand.
diff-tag-added = + added
diff-tag-removed = − removed
diff-tag-moved-to = { $arrow } moved to { $paragraphs }
diff-tag-moved-to-and-edited = { $arrow } moved to { $paragraphs } and edited
diff-tag-moved-from = { $arrow } moved from { $paragraphs }
diff-tag-moved-from-and-edited = { $arrow } moved from { $paragraphs } and edited
diff-tag-split-into = split into { $paragraphs }
diff-tag-part-of = part of { $paragraph }
diff-tag-now-part-of = now part of { $paragraph }
diff-tag-joined-from = joined from { $paragraphs }

# Between which two checks the text changed; "steps": other texts stood in between.
diff-when-html = Changed between two checks: version { $old } still stood on { $last-seen }; version { $new } stood on { $first-seen }, { $span } later.
diff-when-steps-html = Changed in several steps: version { $old } still stood on { $last-seen }; version { $new } stood on { $first-seen }, { $span } later.
# A text that came back makes the same change again; links to each time follow.
diff-times = The same change several times:
diff-title = { $heading } · { $title }
