# The picture of an article's versions over time.

timeline-words-added-at-html = <span class="up" aria-hidden="true">▲</span> words added, { $most-added } at most
timeline-words-removed-at-html = <span class="down" aria-hidden="true">▼</span> words removed, { $most-removed } at most
timeline-no-word-changed-html = <span aria-hidden="true">▬</span> no word changed
timeline-while-it-was-html = <span class="down" aria-hidden="true">┄</span> while it was removed
timeline-the-line-of = the line of time is in UTC
timeline-the-same-as = The same as a list
timeline-times-are-in = Times are in UTC; lengths of bars grow with the square root of the words.
timeline-versions-over-time = Versions over time

timeline-over-time = { $count } over time
timeline-note = { $count } share { $bars } bars; a bar of several is hatched.
timeline-one-html = Version { $version }, { $at }: { $summary }
timeline-several-html = { $count } changes, version { $from } to { $to }, { $begins } to { $ends }: { $added } added, { $removed } removed
timeline-first-html = Version 0, first seen { $moment }
timeline-description-html = From { $first } to { $last }. Bars up are words added, bars down words removed; each leads to its comparison.
timeline-largest-html = The largest: { $change }.
timeline-removed-html = Removed by the publisher by { $moment }.
