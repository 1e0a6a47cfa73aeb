# How a comparison is shown, as its address says.

diff-view-side-by-side = Side by side
diff-view-inline = Inline
diff-view-whole-text = Whole text
diff-view-only-changes = Only changes
