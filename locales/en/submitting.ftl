# Asking for an address to be watched, by whatever way somebody asks.

submitting-is-paused-nothing = { $registrable-domain } is paused: nothing of it is visited until an editor resumes it
submitting-give-a-selector = give a selector or a pattern, not both
