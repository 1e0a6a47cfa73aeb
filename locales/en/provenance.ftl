# Since when the words of a version stand, and until when they stood, in words and links.

provenance-edited-in = Edited in
provenance-removed-in = Removed in
provenance-gone-in = Gone in
provenance-since = Since
provenance-older-than-version = older than version { $since }
provenance-paragraph-since-version = paragraph since version { $since }
provenance-away-once-in = away once in between
provenance-away-times-in = away { $times } times in between
provenance-edited-in-versions = edited in { $versions }

# How many of the text's paragraphs or sentences were there from the first version on, and how many
# are not there any more.
provenance-no-paragraphs = { $all ->
    [one] Its paragraph was not there from the first version on
   *[other] None of the { $all } paragraphs was there from the first version on
}
provenance-all-paragraphs = { $all ->
    [one] Its paragraph was there from the first version on
   *[other] All { $all } paragraphs were there from the first version on
}
provenance-some-paragraphs = { $first ->
    [one] { $first } of { $all } paragraphs was there from the first version on
   *[other] { $first } of { $all } paragraphs were there from the first version on
}
provenance-no-sentences = { $all ->
    [one] Its sentence was not there from the first version on
   *[other] None of the { $all } sentences was there from the first version on
}
provenance-all-sentences = { $all ->
    [one] Its sentence was there from the first version on
   *[other] All { $all } sentences were there from the first version on
}
provenance-some-sentences = { $first ->
    [one] { $first } of { $all } sentences was there from the first version on
   *[other] { $first } of { $all } sentences were there from the first version on
}
provenance-still-all = { $all ->
    [one] it still stands
   *[other] all of them still stand
}
provenance-still-none = nothing still stands as it is here
provenance-still-some = { $gone ->
    [one] { $gone } no longer stands as it is here
   *[other] { $gone } no longer stand as they are here
}
provenance-summary = { $since }; { $still }.

# Of the first version, only what became of it is told.
provenance-first-all-paragraphs = { $all ->
    [one] Its paragraph still stands.
   *[other] All { $all } paragraphs still stand.
}
provenance-first-some-paragraphs = { $gone ->
    [one] { $gone } of { $all } paragraphs no longer stands as it is here.
   *[other] { $gone } of { $all } paragraphs no longer stand as they are here.
}
provenance-first-all-sentences = { $all ->
    [one] Its sentence still stands.
   *[other] All { $all } sentences still stand.
}
provenance-first-some-sentences = { $gone ->
    [one] { $gone } of { $all } sentences no longer stands as it is here.
   *[other] { $gone } of { $all } sentences no longer stand as they are here.
}
provenance-first-none = Nothing of it still stands as it is here.
