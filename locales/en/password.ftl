# Passwords of editors.

password-set-your-password = Set your password
password-your-name-here = Your name here
password-new-password-at = New password, at least 15 characters
password-set-it-and = Set it and log in
password-this-link-was = This link was used already, was replaced by a newer one, or is older than a day. Ask another editor for a new one.
