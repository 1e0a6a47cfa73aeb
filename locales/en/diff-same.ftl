# A version compared with itself.

diff-same-version-is-the = Version { $number } is the same as itself
diff-same-both-numbers-in = Both numbers in this address name version { $number }, so there is nothing to compare.
diff-same-read-version-all-html = <a class="button" href="{ $version }">Read version { $number }</a> <a class="button" href="{ $article }">All versions</a>
