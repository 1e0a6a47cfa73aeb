timeline-words-added-at-html = <span class="up" aria-hidden="true">▲</span> words added, { $most-added } at most
timeline-words-removed-at-html = <span class="down" aria-hidden="true">▼</span> words removed, { $most-removed } at most
timeline-no-word-changed-html = <span aria-hidden="true">▬</span> no word changed
timeline-while-it-was-html = <span class="down" aria-hidden="true">┄</span> while it was removed
timeline-the-line-of = the line of time is in UTC
timeline-the-same-as = The same as a list
timeline-times-are-in = Times are in UTC; lengths of bars grow with the square root of the words.
timeline-versions-over-time = Versions over time
