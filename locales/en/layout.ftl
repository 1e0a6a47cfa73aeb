# What stands on every page around its content.

page-title = { $title } · Stet
feed-of-latest = Latest changes · Stet
# In the list of a page's feeds that browsers and feed readers see: "Latest changes · Stet (RSS)".
feed-in-format = { $title } ({ $format })

skip-to-content = To the content

nav-site = Site
nav-latest = Latest changes
nav-search = Search
nav-articles = Articles
nav-sources = Sources
nav-watch = Watch an article

nav-account = Account
nav-editors = Editors

foot-totals = Watching { $articles } from { $sources }, { $versions } kept.
foot-feed = Feed of changes
foot-help = Help
foot-about = About
foot-status = Status
