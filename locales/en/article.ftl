# An article's history.

article-feed = Changes of “{ $title }”
article-later-page-html = Versions and sightings, page { $page }. <a href="{ $whole }">The whole history</a>

# { $since } is a time, already in HTML, here and wherever a message speaks of one.
# Programs that read News Sniffer know these words: the English ones stay, and the numbers as they are.
article-from-html = This article is from the source '{ $source }' and was first published or seen on { $since }.
article-next-html = The next check for changes will be { $next }.
article-paused-html = It is not checked: visits to this source are paused since { $since }.
article-gone-paused-html = It was removed by the publisher. Whether it is back is not checked: visits to this source are paused since { $since }.
article-dormant = It last changed over 40 days ago and won't be checked again for changes.
article-unwatched = It is not watched: what is shown here was seen by others.
article-gone-html = It was removed by the publisher. Next check whether it is back: { $next }.
article-gone-for-good = It was removed by the publisher, and it won't be checked again for changes.
# Its address follows.
article-original = You can find the current article at its original source at
article-original-gone = The publisher had it at
# Programs that read News Sniffer know these words: the English ones stay, and the numbers as they are.
article-changed-html = The article has changed { $count } times. There is an <a href="{ $feed }">RSS feed of changes</a> available.
article-timemap-html = Its pages as they were fetched are listed in its <a href="{ $timemap }">TimeMap</a>.
article-first-check = The first check is due now. This page looks again by itself.
article-resting-html = { $host } asked to be left alone: nothing there is visited before { $until }.
article-no-text-html = No text of this article could be kept yet: { $outcome }. The next attempt is due { $next }.
article-trouble-html = The last { $checks } did not find its text (the latest: { $outcome }). It was last seen { $last-seen }.

fact-author = Author
fact-dated = Dated
fact-first-seen = First seen
fact-last-seen = Last seen
fact-last-checked = Last checked
fact-texts = Texts
fact-texts-now = { $versions } · { $words } now
fact-texts-last = { $versions } · { $words } in the last one

article-versions = Versions
article-sightings = Which text stood when
article-addresses = Addresses
article-merged = Earlier history
article-merged-at-html = Until it turned out to be this article, it was also watched at <span class="address">{ $address }</span>.
article-checks = Last checks

sighting-then-removed = then removed by the publisher
