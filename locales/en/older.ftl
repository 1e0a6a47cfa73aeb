# Links to newer and older pages of a list.

older-newest = ← Newest
older-older = Older →
older-pages = Pages
