# Heads of the columns of tables; on narrow screens they stand before each value instead.

column-text = Text
column-seen-from = Seen from
column-until = until
column-checks = Checks
column-what-happened = What had happened
column-address = Address
column-since = Since
column-how = How
column-when = When
column-outcome = Outcome
column-status = Status
column-took = Took
column-size = Size
column-remark = Remark
column-version = Version
column-first-seen = First seen
column-headline = Headline
column-changed = Changed
column-words = Words
