rhythm-how-it-changes = How it changes its articles
rhythm-by-the-hour = By the hour of the week
rhythm-changes-by-day = Changes by day and hour, UTC
rhythm-the-area-of = { $busiest } The area of a square is the number of changes that were seen in that hour, since { $since }. All hours are UTC.
rhythm-the-same-as = The same as a table
rhythm-by-the-week = By the week
rhythm-changes-by-week = Changes by week
rhythm-all-changes-html = <span class="swatch filled"></span> all changes
rhythm-changes-of-the-html = <span class="swatch headline"></span> changes of the headline, from the ground up
rhythm-weeks-run-from = { $most } Weeks run from Monday to Sunday, UTC; the last one is not over.
