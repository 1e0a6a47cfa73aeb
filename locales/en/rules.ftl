# How a source's articles are read.

rules-how-its-articles = How its articles are read
rules-css-selectors-for = CSS selectors for pages on which Stet by itself finds too much or too little. A part without one is found as on any other site. Saved rules apply to all that was kept: what differs is marked as technical and never as an edit.
rules-show-the-whole = Show the whole text of
rules-none-only-what = none: only what changes
rules-try-on-stored = Try on stored pages
rules-save = Save
rules-what-these-rules = What these rules would make of stored pages
rules-no-page-of = No page of this source is stored yet.
rules-the-version-that = The version that stands
rules-rules-it-had = Rules it had
rules-in-use = in use
rules-no-rules-read = No rules: read as any other site.
rules-restore-these-of-html = Restore these<span class="sr"> of { $at }</span>

rules-this-is-not = This is not a CSS selector.
rules-finds-nothing = { $all ->
    [one] It matches nothing on the page that was tried.
   *[other] It matches nothing on { $count } of the { $all } pages that were tried.
}
rules-headline = Headline
rules-standfirst = Standfirst
rules-caption-of-the = Caption of the lead picture
rules-byline = Byline
rules-date = Date
rules-the-elements-datetime = The element’s datetime or content attribute, else its text.
rules-body = Body
rules-what-holds-the = What holds the paragraphs: all that match, in their order.
rules-drop = Drop
rules-what-goes-before = What is taken out of the page before it is read: boxes, advertisements, invitations.
rules-notice = Notice
rules-what-stands-on-notices = What stands only on pages that are no article: a wall, a login, “back soon”. They are never kept as a version. p:contains("Read on with") finds a phrase.
rules-how-articles-are = How articles are read
rules-no-text-became = no text reads differently
rules-texts-became = { $count ->
    [one] the texts of one read differently
   *[other] the texts of { $count } read differently
}
# They are kept as they were read before.
rules-could-not-be = { $count ->
    [one] one could not be read by these rules and stays as it was
   *[other] { $count } could not be read by these rules and stay as they were
}

# { $outcome }: what reading all its articles anew came to: "12 articles; no text reads differently".
rules-done-html = Read anew by { $at }: { $outcome }.
rules-going-on-html = Being read anew since { $at }: { $outcome }.
rules-done-of = { $done } of { $articles }
rules-done-so-far = { $done } of { $articles } so far
