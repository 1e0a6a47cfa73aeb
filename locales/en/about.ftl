# About this site, how it visits others, and how a publisher asks it to stop.

about-about-this-site = About this site
about-newspapers-change-articles = Newspapers change articles after they are published, mostly without saying so. This site keeps every text that each watched article has had, and shows what was changed, when, and by how much.
about-stet-is-the-html = <i>Stet</i> is the copy editor’s mark for “let it stand”. What is shown is what the newspapers’ own pages said at the times given; nothing is added and nothing is judged. Most changes are what good newspapers do: news that comes in, mistakes that are mended. <a href="{ $help }">How to read these pages</a>
about-how-it-visits = How it visits other sites
about-it-obeys-robots-html = It obeys <code>robots.txt</code> (RFC 9309), read once a day: a file that cannot be read forbids visits until it can. <code>Crawl-delay</code> is honoured up to 30 seconds.
about-one-request-at-html = One request at a time to a host. <code>Retry-After</code> is honoured.
# { $gap }: "1 second".
about-one-request-apart-html = One request at a time to a host, at least { $gap } apart, and longer apart where answers are slow. <code>Retry-After</code> is honoured.
about-an-article-is-html = An article is looked at when it is new, after half an hour, and then more and more rarely as long as it stays the same; after 40 days without a change, no more. Unchanged pages are asked for with <code>If-None-Match</code> and <code>If-Modified-Since</code>, so that a site may answer with nothing.
about-only-the-page = Only the page itself is fetched: no pictures, no scripts, no advertisements. It sends no cookies and passes no paywall.
about-how-a-publisher = How a publisher asks it to stop
about-forbid-it-in-html = Forbid it in <code>robots.txt</code>; within a day it stays away:
about-whoever-runs-this = Whoever runs this site has not said here how they are reached.
about-what-may-be = What may be followed
about-the-sources-are-html = The <a href="{ $sources }">sources</a> are listed with the feeds that are read. To see what a page that you have open said before, use the <a href="{ $bookmarklet }">bookmark</a>.
about-names-itself-html = It names itself <b>Stet</b> in the <code>User-Agent</code> of every request, and never pretends to be a browser.
about-names-itself-and-address-html = It names itself <b>Stet</b> in the <code>User-Agent</code> of every request, with the address below, and never pretends to be a browser.
# How whoever runs the site is reached: an address that can be followed, or some other text.
about-write-to-address-html = Or write to whoever runs this site: <a href="{ $href }" rel="nofollow noopener noreferrer">{ $contact }</a>. They can also take an article off every page, list and feed where the law asks for it.
about-write-to-html = Or write to whoever runs this site: <b dir="auto">{ $contact }</b>. They can also take an article off every page, list and feed where the law asks for it.

about-what-stet-is = What Stet is, and how it visits other sites
