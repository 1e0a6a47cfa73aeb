# The form in which an editor says where a webhook posts, and what.

webhook-form-name-what-it = Name: what it is for
webhook-form-address-to-post = Address to post to
webhook-form-it-must-be = It must be public, on port 80 or 443, as every address that this site visits, or allowed by its operator.
webhook-form-any-of-these = Any of these kinds of change; none: all
webhook-form-words-changed-at = Words changed, at least

webhook-form-a-name-has = A name has between 1 and 80 characters.
webhook-form-the-address-cannot = The address cannot be posted to: { $error }
webhook-form-there-is-no = There is no such kind of change.
webhook-form-there-is-no-source = There is no source called “{ $value }”.
webhook-form-the-words-changed = The words changed are a number up to 1,000,000.
webhook-form-there-is-a = There is a webhook of this name already.
webhook-form-of-these-kinds = of these kinds: { $kinds }
webhook-form-from = from { $source }
webhook-form-of-words-or = of { $words } words or more
webhook-form-every-change = every change
webhook-form-changes = changes { $parts }
webhook-form-paused-its-receiver = paused: its receiver wants nothing more (410)
webhook-form-paused-its-receiver-failed = paused: its receiver failed for days
webhook-form-paused = paused
webhook-form-failing = failing
webhook-form-active = active
