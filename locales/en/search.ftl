# Search.

search-search = Search
search-every-headline-and = Every headline and paragraph that a watched article ever had, also what is no longer there.
search-words-or-a = Words, or “a phrase in quotes”
search-without-leaves-a-html = <code>-without</code> leaves a word out, <code>source:slug</code> asks for one newspaper. <a href="{ $help }">More</a>
search-texts-that = Texts that
search-filter = Filter by source, time or change
search-of-these-kinds = Came or went with a change of any of these kinds
search-words-changed-at = Words that it changed, at least
search-came-or-went = Came or went from day (UTC)
search-to-day = To day (UTC)
search-seen-html = <a href="{ $href }">{ $what }</a>, seen { $at }
search-seen-2-html = · <a href="{ $href }">{ $what }</a>, seen { $at }

search-ever-stood = ever stood
search-stands-now = stands now
search-no-longer-stands = no longer stands
search-the-question-is = The question is long: only its beginning was searched.
search-there-is-no = There is no source called “{ $slug }”. The list of sources has their names.
search-ask-for-one = Ask for one word at least that is to be found.
search-these-words-are = These words are so common that finding them together takes too long. Add a rarer one, or a span of time.
search-text-cannot-be = “text” cannot be “{ $text }”; it is one of: { $words }.
search-search-every-text = Search every text that watched articles ever had, also what no longer stands
search-changes-with = Changes with { $q }
search-title = { $q } · Search
search-there-is-nothing = There is nothing further.
search-nothing-was-found = Nothing was found. All words must stand in one paragraph or headline: try fewer, or leave out the quotation marks.
