# How a feed is read, for editors.

feed-how-this-is = How this { $kind } is read
feed-title = Title
feed-empty-what-it = Empty: what it calls itself.
feed-minutes-between-two = Minutes between two readings
feed-5-to-10 = 5 to 10,080. Empty: 5 to 60, by how often there is something new.
feed-css-selector-of = CSS selector of the links to articles
feed-or-a-pattern = Or a pattern of their addresses (a regular expression)
feed-save = Save
feed-read-it-again = Read it again
feed-pause-it = Pause it
feed-remove-it-its = Remove it; its articles stay

feed-the-minutes-between = the minutes between two readings must be 5 to 10,080
feed-a-section-page = a section page needs a selector or a pattern
feed-give-a-selector = give a selector or a pattern, not both
feed-how-a-feed = How a feed is read
