# The headlines that an article had.

headlines-headlines = Headlines
headlines-between-and-as-html = { $what } between { $from } and { $until }, as in a test of variants.
headlines-one-step-for = One step for each time that the headline changed, the latest on the right. All steps are equally wide, however long a headline stood.
headlines-earlier-headlines = Earlier headlines ({ $len })

headlines-took-turns = { $first } and { $second } took turns { $times }
headlines-note = The last { $count } headlines in the order of time.
headlines-step = { $letter }, { $from } to { $until }
headlines-alternative = Headlines one after another: { $letters }
headlines-stood-at-most = up to { $most }
headlines-stood-between = { $least } to { $most }
headlines-stood-times = { $count } times, { $span } in all
