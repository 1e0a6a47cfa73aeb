# The audit log.

audit-audit-log = Audit log
audit-who-added-hid = Who added, hid, deleted or changed what. It is only ever added to.
audit-what-was-done = What was done
audit-anything = anything
audit-by-whom = By whom
audit-number-of-the = Number of the article
audit-show = Show
audit-nothing-of-this = Nothing of this kind has been done.
audit-older = Older →
audit-anyone = anyone
audit-any = any
audit-pages = Pages

# What something was done to.
audit-subject-article = article { $name }
audit-subject-feed = feed { $name }
audit-subject-source = source { $name }
audit-subject-editor = editor { $name }
audit-subject-token = token { $name }
audit-subject-webhook = webhook { $name }
