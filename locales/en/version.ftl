# A version: its text, and since when each part stands.

# Programs that read News Sniffer know these words: the English ones stay, and the numbers as they are.
version-version-of-html = <b><a href="{ $source-href }">{ $source }</a></b> · Version { $number } of { $of }
version-observed-by = · observed by { $observer }
version-first-seen-html = First seen { $first-seen }
version-dated-html = Dated { $published }
version-dated-as-modified-html = Dated as modified { $modified }
version-reads-the-same-html = Reads the same as <a href="{ $href }">version { $number }</a>
version-compare-with-the = Compare with the version before
version-all-versions = All versions
version-original-article = Original article ↗
version-cite = Cite
version-some-may-have = Some may have stood longer than is said here: the history is too long to be followed whole.
version-as-before = As before.
version-previous-version = ← Previous version
version-next-version = Next version →
version-age-of-the = Age of the text
version-versions = Versions

version-version = Version { $number } · { $title }
version-changes-of = Changes of “{ $title }”
version-by-paragraph = By paragraph
version-by-sentence = By sentence
