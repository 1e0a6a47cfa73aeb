older-newest = ← Newest
older-older = Older →
older-pages = Pages
