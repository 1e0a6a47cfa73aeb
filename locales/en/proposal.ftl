# What was found at a proposed address, to be confirmed.

proposal-looking-at-the = Looking at the page…
proposal-stet-is-fetching = Stet is fetching this address. What it finds will stand here in a moment; this page looks again by itself.
proposal-still-waiting = Still waiting
proposal-there-is-no = There is no answer yet. The site may be slow, its turn may not have come, or no poller may be running: ‘stet poll’ starts one, ‘stet serve’ both parts. This page looks again by itself.
proposal-its-source-is = Its source is paused
proposal-nothing-of-this-html = Nothing of this source is visited, so Stet does not look at this address until an editor <a href="{ $settings }">resumes it</a>.
proposal-its-host-rests = Its host asked to be left alone
proposal-rests-until-html = { $host } asked to be left alone until { $until }. Stet looks at this address then, if that is within a day; otherwise give it again. This page looks again by itself.
proposal-known = Already watched
# The article's headline follows, as a link.
proposal-known-as = Stet watches what stands at this address already:
# The address follows.
proposal-watched-at = Its page calls another address its own. It will be watched there, and found by both:
proposal-this-address-cannot = This address cannot be watched
proposal-watch-this-article = Watch this article?
proposal-title = Title
proposal-standfirst = Standfirst
proposal-picture-caption = Picture caption
proposal-byline = Byline
proposal-none-found = none found
proposal-date = Date
proposal-language = Language
proposal-not-known = not known
proposal-length = Length
proposal-watch-this = Watch this { $kind }?
proposal-they-will-be = They will be watched, and those that appear in it later.
proposal-the-articles-in = The articles in them will be watched, and those that appear in them later.
proposal-and = … and { $more }
proposal-what-would-be = What would be kept
# { $count }: how many articles or further sitemaps are in it.
proposal-feed-html = <b dir="auto">{ $title }</b>, with { $count }.
proposal-feed-untitled = A { $kind } without a title, with { $count }.

proposal-watch-an-article = Watch an article
