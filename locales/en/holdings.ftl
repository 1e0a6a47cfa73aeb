holdings-what-follows-is = What follows is to be an article's address, but { $error }.
