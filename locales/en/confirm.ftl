confirm-confirm-watch-it = Confirm: watch it
confirm-another-address = Another address
