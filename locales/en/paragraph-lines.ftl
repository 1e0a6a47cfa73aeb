# A comparison as one column.

paragraph-lines-moved-to = moved to { $marks }
paragraph-lines-moved-from = moved from { $marks }
paragraph-lines-split-off-from = split off from { $marks }
paragraph-lines-split-into = split into { $parts }
paragraph-lines-joined-into = joined into { $marks }
paragraph-lines-joined-from = joined from { $parts }
