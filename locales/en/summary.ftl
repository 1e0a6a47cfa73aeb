# What changed between two texts, in a line: "Headline rewritten; 4 paragraphs edited, 1 moved;
# 316 words added, 187 removed". Its first letter is made a capital afterwards.

summary-nothing = nothing changed
summary-joint = { "; " }

# What happened to the article as a whole.
summary-gone = removed by the publisher
summary-back = the article is back
summary-moved-address = the article has a new address
summary-reversion = an earlier text is back
summary-variant = the publisher alternates texts
summary-technical = only our reading of the page changed

# What happened beside the body.
summary-headline-alone = headline rewritten
summary-fields = { $fields } changed
# Lists do not know which of the two.
summary-either = standfirst or picture caption changed
summary-field-headline = headline
summary-field-standfirst = standfirst
summary-field-caption = picture caption
summary-field-byline = byline
summary-field-date = date

# What happened to the body. The first of them names the paragraphs, each further one does not.
summary-paragraphs-edited = { $count ->
    [one] { $count } paragraph edited
   *[other] { $count } paragraphs edited
}
summary-paragraphs-added = { $count ->
    [one] { $count } paragraph added
   *[other] { $count } paragraphs added
}
summary-paragraphs-removed = { $count ->
    [one] { $count } paragraph removed
   *[other] { $count } paragraphs removed
}
summary-paragraphs-moved = { $count ->
    [one] { $count } paragraph moved
   *[other] { $count } paragraphs moved
}
summary-paragraphs-split = { $count ->
    [one] { $count } paragraph split
   *[other] { $count } paragraphs split
}
summary-paragraphs-joined = { $count ->
    [one] { $count } paragraph joined
   *[other] { $count } paragraphs joined
}
summary-also-split = { $count } split
summary-also-joined = { $count } joined
summary-also-edited = { $count } edited
summary-also-added = { $count } added
summary-also-removed = { $count } removed
summary-also-moved = { $count } moved

# What sort of edit it was.
summary-correction = a correction note
summary-quote = a quotation altered
summary-number = a figure altered
summary-trivial = spelling or typography only

summary-words-added = { $count ->
    [one] { $count } word added
   *[other] { $count } words added
}
summary-words-removed = { $count ->
    [one] { $count } word removed
   *[other] { $count } words removed
}
