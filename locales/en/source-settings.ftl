# What an editor decides about a publisher.

source-settings-how-this-source = How this source is watched
source-settings-name = Name
source-settings-front-page = Front page
source-settings-least-seconds-between = Least gap between two visits to a host, in seconds
source-settings-empty-as-for = Empty: as for every source.
source-settings-minutes-to-the = Minutes to the next check of an article that is new or changed
source-settings-30-to-1 = 30 to 1,440; empty: 30. While nothing changes, checks become rarer.
source-settings-robots-txt = robots.txt
source-settings-obey-it = Obey it
source-settings-ignore-it-with = Ignore it, with the publisher’s leave
source-settings-save = Save
source-settings-resume = Resume
source-settings-pause = Pause
source-settings-visit-this-source = Visit this source again
source-settings-visit-nothing-of = Visit nothing of this source
source-settings-what-was-kept = What was kept stays and is shown. While a source is paused, changes that its articles undergo are not seen.
source-settings-feeds = Feeds
source-settings-add-a-feed = Add a feed, a sitemap or a section page

source-settings-the-name-must = The name must have 1 to { $most } characters.
source-settings-the-front-page = The front page: { $error }.
# { $what }: one of the two below.
source-settings-range = { $what } must be { $least } to { $most }.
source-settings-the-seconds-between = The gap between two visits, in seconds,
source-settings-the-minutes-to = The minutes to an article’s next check
source-settings-how-a-source = How a source is watched
