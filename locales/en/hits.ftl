# What a search found, as it is printed.

hits-picture-caption = picture caption
hits-stands-now = stands now
hits-no-longer-stands = no longer stands
hits-no-longer-read = no longer read as part of the article
hits-appeared-in-version = appeared in version { $came-in }
hits-in-version = in version { $came-in }
hits-vanished-in-version = vanished in version { $to }
hits-removed-with-the = removed with the whole article, last in version { $from }
