# Places in lists, as addresses name them.

cursor-behind-cannot-be = “{ $name }” cannot be “{ $text }”.
