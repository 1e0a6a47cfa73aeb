source-field-source = Source
source-field-any = any
