webhook-form-name-what-it = Name: what it is for
webhook-form-address-to-post = Address to post to
webhook-form-it-must-be = It must be public, on port 80 or 443, as every address that this site visits, or allowed by its operator.
webhook-form-any-of-these = Any of these kinds of change; none: all
webhook-form-words-changed-at = Words changed, at least
