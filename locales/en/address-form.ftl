# The form for an address that is to be watched.

address-form-address-of-an = Address of an article, a feed, a sitemap or a section page
address-form-it-is-a = It is a section page
address-form-say-which-of = Say which of its links lead to articles, by one of the two.
address-form-css-selector-of = CSS selector of the links
address-form-or-a-pattern = Or a pattern of their addresses (a regular expression)
address-form-what-would-be = What would be kept is shown to you first. For a feed, sitemap or section page, all its articles are watched, and those that appear in it later.
address-form-look-at-it = Look at it
