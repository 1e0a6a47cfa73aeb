# From an address and a time to what stood there then (RFC 7089 §4.1.2).

timegate-accept-datetime-is = Accept-Datetime is to be a date such as Fri, 09 Sep 2016 17:44:00 GMT.
