cursor-behind-cannot-be = “{ $name }” cannot be “{ $text }”.
