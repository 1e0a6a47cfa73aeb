# Kinds of change, by which readers filter.

kind-headline = headline
kind-byline = byline
kind-date = date
kind-trivial = spelling or typography
kind-edited = paragraphs edited
kind-added = paragraphs added
kind-removed = paragraphs removed
kind-moved = paragraphs moved
kind-quote = quotation
kind-number = figure
kind-correction = correction note
kind-reversion = earlier text came back
kind-variant = test of variants
kind-gone = removed by the publisher
kind-back = back after removal
kind-moved-address = address changed
kind-technical = technical: only Stet's reading changed

# What each means, on the page of help.

meaning-headline = The headline changed.
meaning-byline = Other authors are named, or the same ones in another way.
meaning-date = The page states another time of publication.
meaning-trivial = White space, punctuation, or the spelling of a word or two.
meaning-edited = The words of a paragraph changed.
meaning-added = A paragraph is new.
meaning-removed = A paragraph is no longer there.
meaning-moved = A paragraph stands at another place.
meaning-quote = Words between quotation marks changed: what somebody is said to have said.
meaning-number = A figure changed: an amount, a count, a date in the text.
meaning-correction = A note of correction or clarification appeared, or vanished.
meaning-reversion = The text is one that stood before.
meaning-variant = The same texts take turns, three times or more: often a test of which headline is clicked.
meaning-gone = The page was answered as missing, and hours later again. Its texts are kept here.
meaning-back = The article stands again after it was removed.
meaning-moved-address = The same article stands at another address.
meaning-technical = Stet reads the page differently since an upgrade; the newspaper changed nothing. Such changes are in no list and no feed.

# What a check came to.

outcome-new = first text
outcome-changed = changed
outcome-unchanged = unchanged
outcome-not-modified = unchanged (the site says so)
outcome-not-found = page not found
outcome-gone = page gone
outcome-forbidden = access refused
outcome-too-many-requests = asked to come less often
outcome-client-error = request refused
outcome-server-error = error at the site
outcome-no-article = no article on the page
outcome-section-front = list of articles, no article
outcome-consent-wall = consent wall, no article
outcome-paywall = paywall, only the beginning of the article
outcome-login-page = login page, no article
outcome-bot-block = block against robots, no article
outcome-video-page = video without a text
outcome-error-page = error page, no article
outcome-not-a-page = not a web page
outcome-not-a-feed = not a feed
outcome-too-large = too large
outcome-too-complex = too complex to read
outcome-bad-body = answer could not be decoded
outcome-bad-redirect = redirects lead nowhere
outcome-timeout = no answer in time
outcome-unresolvable = host name not found
outcome-unreachable = site not reached
outcome-robots-forbidden = forbidden by the site's robots.txt
outcome-redirected-away = redirected to the home page or a section
outcome-repeated-text = a text that stands at other addresses too
outcome-held = much shorter text, to be seen again before it is believed
outcome-address-refused = address not allowed
outcome-fault = a fault in Stet

# What an editor did, in the audit log.

action-add-article = article added
action-add-feed = feed added
action-set-filter = filter changed
action-set-rules = rules changed
action-set-pace = pace changed
action-set-source = source changed
action-pause-source = source paused
action-resume-source = source resumed
action-set-feed = feed changed
action-pause-feed = feed paused
action-resume-feed = feed resumed
action-remove-feed = feed removed
action-hide-article = article hidden
action-bring-back-article = article brought back
action-delete-article = article deleted for good
action-add-editor = editor added
action-disable-editor = editor disabled
action-enable-editor = editor enabled
action-make-password-link = password link made
action-set-password = password set
action-end-sessions = logged out everywhere
action-make-token = API token made
action-revoke-token = API token revoked
action-add-webhook = webhook added
action-set-webhook = webhook changed
action-pause-webhook = webhook paused
action-resume-webhook = webhook resumed
action-replace-webhook-secret = webhook’s secret replaced
action-remove-webhook = webhook removed

# What a feed is.

feed-kind-feed = feed
feed-kind-sitemap = sitemap
feed-kind-section = section page
