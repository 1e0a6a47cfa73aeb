# What new rules would make of a source's stored pages, as it is shown before they are saved.

rules-preview-not-tried-in = not tried in time
rules-preview-readable-now = readable now
rules-preview-unreadable-as-before = unreadable as before
rules-preview-with-another-headline = with another headline
rules-preview-without-its-byline = without its byline
rules-preview-with-a-byline = with a byline at last
rules-preview-with-another-byline = with another byline
rules-preview-without-its-date = without its date
rules-preview-with-a-date = with a date at last
rules-preview-with-another-date = with another date
rules-preview-without-its-standfirst = without its standfirst
rules-preview-with-a-standfirst = with a standfirst at last
rules-preview-with-another-standfirst = with another standfirst
rules-preview-without-its-picture = without its picture caption
rules-preview-with-a-picture = with a picture caption at last
rules-preview-with-another-picture = with another picture caption
rules-preview-with-another-text = with another text
rules-preview-unreadable = unreadable
rules-preview-unchanged = unchanged
rules-preview-with-words = { $effect } (+{ $added } −{ $removed } words)
# Of so many articles: 3 with another text
rules-preview-so-many = { $count } { $effect }
rules-preview-because = { $effect }: { $error }
