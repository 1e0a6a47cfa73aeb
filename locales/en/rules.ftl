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
