# The headlines that an article had.

headlines-headlines = Headlines
headlines-between-and-as-html = { $what } between { $from } and { $until }, as in a test of variants.
headlines-one-step-for = One step for each time that the headline changed, the latest on the right; steps are not to the scale of time.
headlines-earlier-headlines = Earlier headlines ({ $len })

headlines-and-letter-2 = { $letter } and { $letter-2 } took turns { $counted }
headlines-the-last-headlines = The last { $grouped } headlines in the order of time.
headlines-to-moment-2 = { $letter }, { $moment } to { $moment-2 }
headlines-headlines-one-after = Headlines one after another: { $letters }
headlines-times-in-all = { $grouped } times, { $span } in all
