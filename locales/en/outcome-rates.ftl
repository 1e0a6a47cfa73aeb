outcome-rates-of-its-articles = { $checks } of its articles in the last { $days } days
