headlines-headlines = Headlines
headlines-between-and-as-html = { $what } between { $from } and { $until }, as in a test of variants.
headlines-one-step-for = One step for each time that the headline changed, the latest on the right; steps are not to the scale of time.
headlines-earlier-headlines = Earlier headlines ({ $len })
