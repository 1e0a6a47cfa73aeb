# Search.

search-search = Search
search-every-headline-and = Every headline and paragraph that a watched article ever had, also what is no longer there.
search-words-or-a = Words, or “a phrase in quotes”
search-without-leaves-a-html = <code>-without</code> leaves a word out, <code>source:slug</code> asks for one newspaper. <a href="{ $help }">More</a>
search-in = Search in
search-filter = Filter by source, time or change
search-of-these-kinds = Came or went with a change of any of these kinds
search-words-changed-at = Words that it changed, at least
search-came-or-went = Came or went from day (UTC)
search-to-day = To day (UTC)
search-seen-html = <a href="{ $href }">{ $what }</a>, seen { $at }
search-seen-2-html = · <a href="{ $href }">{ $what }</a>, seen { $at }

search-all-texts = all that ever stood
search-only-standing = only what stands now
search-only-gone = only what no longer stands
search-the-question-is = The question is long: only its beginning was searched.
search-there-is-no = There is no source called “{ $slug }”. The list of sources has their names.
search-ask-for-one = Name at least one word to look for.
search-these-words-are = These words are so common that finding them together takes too long. Add a rarer one, or a span of time.
search-text-cannot-be = “text” cannot be “{ $text }”; it is one of: { $words }.
search-search-every-text = Search every text that watched articles ever had, also what no longer stands
search-changes-with = Changes with { $q }
search-title = { $q } · Search
search-there-is-nothing = There is nothing further.
search-nothing-was-found = Nothing was found. All words must stand in one paragraph or headline: try fewer, or leave out the quotation marks.
search-nothing-was-found-filtered = Nothing was found with these filters. Try a longer span of time, more kinds of change, fewer words changed or another source; or fewer words to look for.
search-days-are-crossed = Nothing can be found: the first day is after the last. Exchange the two days.
