# An editor's own account.

account-your-account = Your account
account-you-are-logged-html = You are logged in as <bdi>{ $name }</bdi>.
account-you-are-logged = You are logged in without a name: by a printed link or the site’s password. Add yourself as an editor to be named in the log.
account-editors-api-tokens-html = <a href="{ $editors }">Editors</a> · <a href="{ $tokens }">API tokens</a> · <a href="{ $webhooks }">Webhooks</a> · <a href="{ $log }">Audit log</a>
account-change-your-password = Change your password
account-present-password = Present password
account-new-password-at = New password, at least 15 characters
account-you-are-logged-out = You are logged out everywhere else.
account-change-the-password = Change the password
account-log-out-everywhere = Log out everywhere
account-log-out-here = Log out here

account-this-is-not = This is not your present password. Nothing was changed.
account-a-password-has = A password has at least 15 characters: a few words are easily kept.
