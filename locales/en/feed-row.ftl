# A feed among its source’s settings.

feed-row-read-next-html = read { $last }, next { $next-check }
feed-row-read-html = read { $last }
feed-row-not-read = not read yet
feed-row-first-reading-is = first reading is due now
feed-row-paused-since-html = Paused since { $paused }
feed-row-last-reading-failed = Last reading failed: { $error }
feed-row-edit-this-html = Edit this { $kind }<span class="sr"> { $title }</span>
