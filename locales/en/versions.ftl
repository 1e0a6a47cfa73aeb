# Versions, and pages that compare them.

version-number = Version { $number }
version-compare-before = Compare with the one before
# How long after the one before: "2 hours later".
later-by = { $span } later
# Within a sentence.
version-in-sentence = version { $version }
version-steps = version { $from } → { $to }
