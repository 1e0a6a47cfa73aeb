# What is stored of an address, as Memento (RFC 7089) names it.

holdings-what-follows-is = What follows is to be an article's address, but { $error }.
