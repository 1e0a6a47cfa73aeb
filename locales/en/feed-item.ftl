# Items of the feeds of changes.

feed-item-marked-html = Marked below: <del>[−taken out]</del> and <ins>[+put in]</ins>.
feed-item-and-more = … and { $more }.

feed-item-headline = Headline
feed-item-standfirst = Standfirst
feed-item-picture-caption = Picture caption
feed-item-byline = Byline
feed-item-both-versions-side = Both versions side by side
feed-item-the-text-that = The text that stood

feed-item-seen-first-on = Seen first on { $moment }, with what was searched for.
feed-item-removed = { $summary }. It was removed between { $earliest } and { $latest }.
feed-item-back = { $summary }. It came back between { $earliest } and { $latest }.
feed-item-moved = { $summary }. It moved between { $earliest } and { $latest }.
feed-item-changed = { $summary }. It changed between { $earliest } and { $latest }.
