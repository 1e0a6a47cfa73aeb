# What a reader copies to say where a text is from.

citation-cite-this-page = Cite this page
citation-copy-the-citation = Copy the citation
citation-copied = Copied
# Where a browser does not let a page copy.
citation-selected = Selected: copy it with your keyboard

citation-headline = “{ $headline }”
citation-headline-renamed = “{ $headline }” (earlier: “{ $old }”)
citation-version = version { $number }, first seen { $moment }
citation-read = { $publisher }: { $headline }. Read: { $first }. Kept by Stet: { $page } – original: { $original }
citation-compared = { $publisher }: { $headline }. Compared: { $first }; with { $second }. Kept by Stet: { $page } – original: { $original }
