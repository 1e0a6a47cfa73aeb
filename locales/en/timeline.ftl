# The picture of an article's versions over time.

timeline-words-added-html = <span class="up" aria-hidden="true">▲</span> words added (largest: { $most })
timeline-words-removed-html = <span class="down" aria-hidden="true">▼</span> words removed (largest: { $most })
timeline-no-word-changed-html = <span aria-hidden="true">▬</span> no word changed
timeline-while-it-was-html = <span class="down" aria-hidden="true">┄</span> while it was removed
timeline-the-same-as = Key and list of changes
timeline-lengths-of-bars = Lengths of bars grow with the square root of the words.
# Beside the line, whose marks are no times of the reader's zone.
timeline-times-in-utc = Times in UTC
# A version's name below its bar.
timeline-version = v{ $version }
timeline-versions-over-time = Versions over time

timeline-over-time = { $count } over time
timeline-note = { $count } share { $bars } bars; a bar of several is hatched.
timeline-one-html = Version { $version }, { $at }: { $summary }
timeline-several-html = { $count } changes, version { $from } to { $to }, { $begins } to { $ends }: { $added } added, { $removed } removed
timeline-first-html = Version 0, first seen { $moment }
timeline-description-html = From { $first } to { $last }. Bars up are words added, bars down words removed; each leads to its comparison.
timeline-largest-html = The largest: { $change }.
timeline-removed-html = Found removed by the publisher on { $moment }.
