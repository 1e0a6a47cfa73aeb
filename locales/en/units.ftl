# Numbers, times and lists. A message with { $count } is given a number, by which it chooses between
# singular and plural; numbers are printed in groups of three digits, with number-group between them.

number-group = ,

count-addresses = { $count ->
    [one] { $count } address
   *[other] { $count } addresses
}
count-articles = { $count ->
    [one] { $count } article
   *[other] { $count } articles
}
count-attempts = { $count ->
    [one] { $count } attempt
   *[other] { $count } attempts
}
count-bytes = { $count ->
    [one] { $count } byte
   *[other] { $count } bytes
}
count-captures = { $count ->
    [one] { $count } capture
   *[other] { $count } captures
}
count-changes = { $count ->
    [one] { $count } change
   *[other] { $count } changes
}
count-checks = { $count ->
    [one] { $count } check
   *[other] { $count } checks
}
count-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
count-entries = { $count ->
    [one] { $count } entry
   *[other] { $count } entries
}
count-feeds = { $count ->
    [one] { $count } feed
   *[other] { $count } feeds
}
count-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
count-milliseconds = { $count } ms
count-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
count-more = { $count } more
count-paragraphs = { $count ->
    [one] { $count } paragraph
   *[other] { $count } paragraphs
}
count-seconds = { $count ->
    [one] { $count } second
   *[other] { $count } seconds
}
count-sentences = { $count ->
    [one] { $count } sentence
   *[other] { $count } sentences
}
count-sources = { $count ->
    [one] { $count } source
   *[other] { $count } sources
}
count-times = { $count ->
    [one] { $count } time
   *[other] { $count } times
}
count-versions = { $count ->
    [one] { $count } version
   *[other] { $count } versions
}
count-words = { $count ->
    [one] { $count } word
   *[other] { $count } words
}
count-articles-found = { $count ->
    [one] { $count } article found
   *[other] { $count } articles found
}
count-feeds-are-failing = { $count ->
    [one] { $count } feed is failing
   *[other] { $count } feeds are failing
}
count-further-changed-parts = { $count ->
    [one] { $count } further changed part
   *[other] { $count } further changed parts
}
count-further-sitemaps = { $count ->
    [one] { $count } further sitemap
   *[other] { $count } further sitemaps
}
count-messages-wait = { $count ->
    [one] { $count } message waits
   *[other] { $count } messages wait
}
count-unchanged-paragraphs = { $count ->
    [one] { $count } unchanged paragraph
   *[other] { $count } unchanged paragraphs
}
count-paragraphs-not-shown = { $count ->
    [one] { $count } paragraph is not shown
   *[other] { $count } paragraphs are not shown
}

kilobytes = { $count } kB

# Shares of a hundred: 37%, 0.4%, and what is more than nothing but too little for that.
share = { $whole }%
share-fine = { $whole }.{ $tenths }%
share-tiny = under 0.1%

# 9 Sept 2016, 17:44 UTC
moment = { $day }, { $hour } UTC
day = { $day } { $month } { $year }
span-moment = less than a minute

month-1 = Jan
month-2 = Feb
month-3 = Mar
month-4 = Apr
month-5 = May
month-6 = June
month-7 = July
month-8 = Aug
month-9 = Sept
month-10 = Oct
month-11 = Nov
month-12 = Dec

# "a, b and c"; a text in { "…" } keeps the spaces at its ends.
list-joint = { ", " }
list-end = { $others } and { $last }
