# What the last checks of a source's articles came to, and how often.

outcome-rates-of-its-articles = { $checks } of its articles in the last { $days } days
