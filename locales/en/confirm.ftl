# The question whether what was found is to be watched.

confirm-confirm-watch-it = Confirm: watch it
confirm-another-address = Another address
