# The picture of when and how often a publisher changes its articles.

rhythm-how-it-changes = How it changes its articles
rhythm-by-the-hour = By the hour of the week
rhythm-changes-by-day = Changes by day and hour, UTC
rhythm-the-area-of = { $busiest } The area of a square is the number of changes that were seen in that hour, since { $since }. All hours are UTC.
rhythm-the-same-as = As a table
rhythm-by-the-week = By the week
rhythm-changes-by-week = Changes by week
rhythm-all-changes-html = <span class="swatch filled"></span> all changes
rhythm-changes-of-the-html = <span class="swatch headline"></span> changes of the headline, from the ground up
rhythm-weeks-run-from = { $most } Weeks run from Monday to Sunday, UTC; the last one is not over.

weekday-monday = Monday
weekday-tuesday = Tuesday
weekday-wednesday = Wednesday
weekday-thursday = Thursday
weekday-friday = Friday
weekday-saturday = Saturday
weekday-sunday = Sunday
rhythm-of-its-changed = of its { $counted } changed after they were first seen
rhythm-until-the-first = median time to the first change: half of those that changed did so sooner, counted from when they were first watched
rhythm-changes-in-the = { $weeks ->
    [1] changes this week
   *[other] changes in the last { $weeks } weeks
}
rhythm-of-them-changed = of them changed the headline: { $share }
# { $day }: monday, tuesday …; hours are numbers.
rhythm-busiest = The busiest hour is on { $day ->
    [monday] Mondays
    [tuesday] Tuesdays
    [wednesday] Wednesdays
    [thursday] Thursdays
    [friday] Fridays
    [saturday] Saturdays
   *[sunday] Sundays
} from { $from }:00 to { $to }:00 UTC: { $most } of { $all } changes.
rhythm-week-of-of = Week of { $begins-on }: { $changes }, { $grouped } of the headline
rhythm-the-most-in = The most in one week: { $counted }.
rhythm-hour = { $day }, { $from }:00 to { $to }:00 UTC: { $changes }
weekday-short-monday = Mon
weekday-short-tuesday = Tue
weekday-short-wednesday = Wed
weekday-short-thursday = Thu
weekday-short-friday = Fri
weekday-short-saturday = Sat
weekday-short-sunday = Sun
