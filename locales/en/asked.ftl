# What the query of an address asks for.

asked-no-number = “{ $name }” must be a whole number, not “{ $text }”.
asked-cannot-be = “{ $name }” cannot be “{ $text }”.
asked-kinds-cannot-be = “kinds” cannot be “{ $word }”. The kinds of change are: { $known }.
