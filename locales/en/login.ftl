# Logging in and out.

login-you-are-logged = You are logged in
login-you-can-add-html = You can add articles and feeds, and hide articles. <a href="{ $account }">Your account</a>
login-go-on = Go on
login-log-out = Log out
login-log-in-to = Log in to Stet
login-this-link-opens = This link opens one session, in this browser.
login-log-in = Log in
login-name = Name
login-password = Password
login-or-the-sites = Or the site’s password
login-or-open-the = Or open the link that Stet printed when it started; ‘stet token’ prints a new one.
login-by-link = Open the login link that Stet printed when it started. It works once: to have a new one, run ‘stet token’ where Stet is installed.
login-or-by-link = Or open the login link that Stet printed when it started. It works once: to have a new one, run ‘stet token’ where Stet is installed.

login-this-login-link = This login link was used already, or is older than a day. Run ‘stet token’ where Stet is installed: it prints a new one.
login-this-is-not = This is not the password.
login-this-name-and = This name and this password do not belong together.
login-no-password-is = No password is set for this site. Run ‘stet token’ where Stet is installed: it prints a login link.
