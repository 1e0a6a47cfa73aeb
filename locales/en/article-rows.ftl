# The rows of the tables on an article's page.

article-rows-watched-there = watched there
article-rows-moved-address-the = moved address: the site leads there for good
article-rows-the-page-calls = the page calls it its own address
article-rows-led-here = led here when it was asked for
