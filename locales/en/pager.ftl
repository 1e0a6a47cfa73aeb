pager-newer = ← Newer
pager-older = Older →
pager-pages = Pages
