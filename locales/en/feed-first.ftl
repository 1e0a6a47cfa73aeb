feed-first-the-whole-text = The whole text
