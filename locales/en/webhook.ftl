# One webhook.

webhook-webhooks = Webhooks
webhook-it-has-been-html = It has been paused since { $since }. { $why } What changes meanwhile is not posted later: the API and the feeds tell of it.
webhook-its-receiver-has-html = Its receiver has been failing since { $since }, { $attempts } in a row. After five days of nothing else it is paused.
webhook-receivers-check-messages-html = Receivers check messages by this secret. Whoever has it can speak in this site’s name to them.<br><code class="token">{ $secret }</code>
webhook-post-again = Post again
webhook-send-a-test = Send a test
webhook-pause-it = Pause it
webhook-show-the-secret = Show the secret
webhook-replace-the-secret = Replace the secret
webhook-remove-it = Remove it
webhook-for-a-day = For a day after it was replaced, messages are signed with the old secret, too. A webhook that is removed takes what waits with it.
webhook-messages = Messages
webhook-nothing-has-been = Nothing has been posted yet.
webhook-the-latest-50 = The latest 50, of the last 30 days.
webhook-send-again = Send again
webhook-change-it = Change it
webhook-save = Save
webhook-send-again-2 = Send again: { $title }
webhook-posts-by-html = Posts <span dir="auto">{ $posts }</span> to <span class="address">{ $address }</span>. Made { $made } by <bdi>{ $editor }</bdi>.
webhook-posts-html = Posts <span dir="auto">{ $posts }</span> to <span class="address">{ $address }</span>. Made { $made } by an editor without a name.
# { $waiting }: how many messages wait.
webhook-taken-html = { $waiting }; one was taken last { $taken }.
webhook-none-taken = { $waiting }; none was taken yet.

webhook-an-editor-paused = An editor paused it.
webhook-its-receiver-answered = Its receiver answered 410: it wants nothing more.
webhook-for-five-days = For five days, its receiver took nothing.
webhook-article-hidden = Article { $article }, hidden
webhook-next-attempt = next attempt
webhook-given-up = given up
webhook-withdrawn-it-may = withdrawn: it may not be shown any more
webhook-a-test = A test
webhook-waits = waits
webhook-taken = taken
