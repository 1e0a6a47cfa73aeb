# Links to newer and older pages of a history.

pager-newer = ← Newer
pager-older = Older →
pager-pages = Pages
