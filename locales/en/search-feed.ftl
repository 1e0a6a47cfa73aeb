# What a search finds, as a feed.

search-feed-there-is-no = There is no source called “{ $slug }”.
search-feed-q-must-have = “q” must have one word at least that is to be found.
search-feed-stet-changes-with = Stet: changes with { $q }
search-feed-texts-in-which = Texts in which these words came or went
search-feed-these-words-are = These words are so common that finding them together takes too long: add a rarer one.
