# What others saw of an article, between what Stet saw.

observed-what-others-saw = What others saw
observed-others-captured-this = Others captured this article too. What they saw stands here by its time, between what Stet itself saw. Each counts its versions for itself.
observed-the-same-as-html = the same as <a href="{ $href }">{ $name }</a>
observed-changes-observed-by = Changes observed by { $observer }

observed-version-of = Version { $version } of { $observer }
observed-stet = Stet
