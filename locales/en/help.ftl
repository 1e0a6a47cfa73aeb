# What a reader needs to understand the pages.

help-how-to-read = How to read these pages
help-when-something-changed = When something changed
help-an-article-is-html = An article is visited from time to time, not watched every second. So a change is known to lie <b>between</b> two visits: after the old text was seen last, and before the new one was seen first. Both times are given: in your own zone where your browser runs the site’s script, with UTC when the pointer rests on them; else in UTC. “First seen” is when this site saw a text, not when the newspaper wrote it; what the page itself states is given as its date.
help-versions = Versions
help-each-distinct-text = Each distinct text of an article is a version, numbered from 0. A text that comes back is the old version again, not a new one: its number returns. Layout, advertisements, comments, live tickers and the like are no part of the text.
help-comparisons = Comparisons
help-a-comparison-html = A comparison sets an earlier version beside a later one. Words that were added are <ins>underlined</ins>, words that were removed are <del>struck through</del>, and paragraphs in grey are the same in both.
help-side-by-side-inline = Side by side, Inline
help-two-columns = Two columns, the earlier version on the left; or one, in which removed words stand before those that took their place. A narrow screen has one column until you choose.
help-whole-text-only = Whole text, Only changes
help-only-changes-folds = “Only changes” folds unchanged paragraphs into a line that says how many there are, and that opens.
help-a-bar-at = A bar at the side
help-a-whole-paragraph = A whole paragraph was added (green), removed (red) or moved (blue); the words above it say which. On a hatched ground nothing stands in that version.
help-moved-from = ↓ moved from ¶7
help-a-moved-paragraph = The paragraph stood seventh in the other version. The arrow points to that place on the page, and the link leads there. “Split into” and “joined from” tell where one paragraph became several, or several one.
help-paragraph-number = ¶4
help-the-paragraphs-number = The paragraph’s number in its version. It is a link: the address that it leads to shows this paragraph, for you to keep or to send. In one column, a number with a minus, −¶3, is that of the earlier version.
help-arrow-keys = ← →
help-the-arrow-keys = These keys lead to the previous and the next change of the article.
help-timelines = Timelines
help-each-bar-is = Each bar of a timeline is a change and leads to its comparison: upwards are the words added, downwards the words removed. A longer bar means more words; at twice the length, four times as many. Bars of changes close together are drawn apart, and a thin line leads from each to its time. A frame is around what you are looking at.
help-a-sign-above = A sign above a bar tells the weightiest sort of change in it:
help-since-when = Since when a text stands
help-beside-each-paragraph = The page of a version says beside each paragraph, or sentence if you choose so, since which version it stands as it is here, and in which version it was edited or removed, if it was. Each of these links leads to the comparison that shows it. A note holds for all paragraphs down to the next note. Its bar is grey for what was there from the first version on, green for what came later, and red for what no longer stands as it is here.
help-citing = Citing
help-below-each-version = Below each version and each comparison stands a line to copy: the newspaper, the headline, the versions and when they were first seen, and the addresses of this page and of the original. The address of a version or a comparison leads to the same texts later, too.
help-held-removed-returned = Held, removed, returned
help-held = Held
help-a-visit-saw = A visit saw a text that had lost most of its length. That is often a broken page, so it is looked at again before it is believed.
help-removed-by-the = Removed by the publisher
help-the-page-was = The page was answered as missing (404 or 410), and hours later still. All its texts stay here.
help-back-after-removal = Back after removal
help-the-page-stands = The page stands again.
help-no-longer-checked = No longer checked
help-nothing-changed-for = Nothing changed for 40 days. The history stays.
help-kinds-of-change = Kinds of change
help-a-change-has-html = A change has all the kinds that are true of it. The <a href="{ $latest }">latest changes</a> can be filtered by them. Words are counted where they were added and where they were removed; a moved paragraph counts for nothing.
help-search = Search
help-the-search-looks-html = The <a href="{ $search }">search</a> looks through every headline and paragraph that any article ever had, and says what became of each: whether it <b>stands now</b>, or <b>no longer stands</b>, in which version it appeared and in which it vanished.
help-search-three-html = It looks in <b>all that ever stood</b>, <b>only in what stands now</b>, or <b>only in what no longer stands</b>: the last finds what was taken out or rewritten.
help-both-words-in-html = Both words in one paragraph or headline, in any of their forms: also <i>mayors</i>, <i>contract</i>. Forms are known in English, German, French, Spanish, Italian, Portuguese, Dutch, Russian, Arabic and nine more languages.
help-these-words-next = These words next to each other, in this order.
help-paragraphs-without-that = Paragraphs without that word.
help-one-newspaper-only-html = One newspaper only, by its name in addresses; <code>-source:</code> leaves one out.
help-in-languages-written = In languages written without spaces, the characters as they stand, wherever they stand.
help-capital-letters-make = Capital letters make no difference, nor do accents in most languages.
help-what-did-this = What did this page say before?
help-drag-this-link = Drag this link to the bar of bookmarks of your browser. On any article, the bookmark then leads to its history here, or to the form by which it can be watched.
help-where-a-link = Where a link cannot be dragged, make a bookmark with this address:
help-or-paste-an = Or paste an address here
help-look-it-up = Look it up
help-for-programs = For programs
help-what-these-pages-html = What these pages show can be read as JSON, by anybody, and by scripts of any web page: sources, articles, versions with their texts, changes, comparisons of any two versions, the search, and the article at an address. Everything stands in <a href="{ $api }">the description of the API</a> (OpenAPI 3.1), from which programs can be made.
help-lists-are-read-html = Lists are read a page at a time: <code>next</code> is the address of the next one. What goes wrong is told as <code>application/problem+json</code>. To add, hide and bring back articles, a program sends a token that an editor made under <a href="{ $tokens }">API tokens</a>.
help-webhooks = Webhooks
help-an-editor-names-html = An editor names an address under <a href="{ $webhooks }">Webhooks</a>, and each change is posted there as it is found: JSON, signed as <a href="https://www.standardwebhooks.com/" rel="noopener noreferrer">Standard Webhooks</a> has it, so that its libraries check it in any language. <code>data</code> is a change as the API has it, with a summary in words; <code>type</code> says what happened:
help-any-answer-of-html = Any answer of 2xx within 15 seconds takes a message. Whatever else comes, it is sent again, up to ten times over three days, always with the same <code>webhook-id</code>: a message may come twice, and is known by that. An answer of 410 ends it all; <code>Retry-After</code> is heeded; no redirect is followed.
help-about-this-site-html = <a href="{ $about }">About this site</a>, how it visits others, and how a publisher asks it to stop.

help-help = Help
help-how-to-read-the = How to read the pages of this site
