# What a search found, as it is printed.

hits-picture-caption = picture caption
hits-stands-now = stands now
hits-no-longer-stands = no longer stands
hits-no-longer-read = no longer read as part of the article
hits-appeared = appeared in version { $version }
hits-stood = in version { $version }
hits-vanished = vanished in version { $version }
hits-removed-whole = removed with the whole article, last in version { $version }
