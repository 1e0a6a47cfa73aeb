# The form by which an article or a feed is added.

watch-watch-an-article = Watch an article
watch-stet-visits-an = Stet visits an article again and again, keeps every text that it has had, and shows what was changed, and when.
watch-log-in = Log in
watch-log-in-first = Only editors of this site can add articles and feeds. Log in first.
watch-log-in-first-with-address = Only editors of this site can add articles and feeds. Log in first; the address you gave is kept.
