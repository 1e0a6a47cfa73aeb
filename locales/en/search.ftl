search-search = Search
search-every-headline-and = Every headline and paragraph that a watched article ever had, also what is no longer there.
search-words-or-a = Words, or “a phrase in quotes”
search-without-leaves-a-html = <code>-without</code> leaves a word out, <code>source:slug</code> asks for one newspaper. <a href="{ $help }">More</a>
search-texts-that = Texts that
search-came-or-went = Came or went from day
search-to-day = To day
search-seen-html = <a href="{ $href }">{ $what }</a>, seen { $at }
search-seen-2-html = · <a href="{ $href }">{ $what }</a>, seen { $at }
