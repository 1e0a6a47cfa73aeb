# An item of a feed: a text that stood.

feed-first-the-whole-text = The whole text
