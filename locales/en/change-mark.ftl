# The marks by which pictures tell what sort of change a bar stands for.

change-mark-removed-by-the = removed by the publisher
change-mark-back-after-removal = back after removal
change-mark-correction-note = correction note
change-mark-test-of-variants = test of variants
change-mark-earlier-text-came = earlier text came back
change-mark-headline-changed = headline changed
change-mark-quotation-altered = quotation altered
change-mark-figure-altered = figure altered
change-mark-byline-changed = byline changed
