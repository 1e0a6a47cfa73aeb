# What a reader copies to say where a text is from.

citation-cite-this-page = Cite this page
citation-copy-the-citation = Copy the citation

citation-headline = “{ $headline }”
citation-headline-renamed = “{ $headline }” (earlier: “{ $old }”)
citation-version = version { $number }, first seen { $moment }
citation-read = { $publisher }: { $headline }. Read: { $first }. Kept by Stet: { $page } – original: { $original }
citation-compared = { $publisher }: { $headline }. Compared: { $first }; with { $second }. Kept by Stet: { $page } – original: { $original }
