# The field by which a source is chosen.

source-field-source = Source
source-field-any = any
