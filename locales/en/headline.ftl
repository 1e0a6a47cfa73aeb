# A headline and when it stood.

headline-seen-from-to-html = Seen from { $first-seen } to { $last-seen } · stood { $stood }
headline-the-latest-html = · <b>the latest</b>
