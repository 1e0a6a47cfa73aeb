# What stands around marked words for those who hear a page: the marks themselves are seen.

mark-inserted = { " inserted: " }
mark-insertion-ends = { " end of insertion " }
mark-removed = { " removed: " }
mark-removal-ends = { " end of removal " }
