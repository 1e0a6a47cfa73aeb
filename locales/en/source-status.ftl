# Whether a source is paused, and where it is set.

source-status-paused-since-nothing-html = Paused since { $paused }: nothing of this source is visited.
source-status-rests-html = { $host } asked to be left alone: it is not visited before { $until }.
source-status-robots-html = { $host }: { $detail }. It will be asked for again { $again }.
source-status-front-page-html = <a href="{ $homepage }" rel="nofollow noopener noreferrer ugc">Front page ↗</a> ·
source-status-name-pace-and-html = <a href="{ $settings }">Name, pace and pause</a> · <a href="{ $rules }">How its articles are read</a>
