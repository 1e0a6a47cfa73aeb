# Errors as readers see them.

error-number-of-this-html = Number of this request: <code>{ $request }</code>

error-there-is-nothing = There is nothing here
error-this-address-leads = This address leads to no page. It may have been mistyped, or the article was never watched.
error-see-the-latest = See the latest changes
error-this-is-not = This is not how this page is used
error-open-it-with = Open it with a link or a form of this site.
error-this-form-came = This form came from elsewhere
error-what-was-sent = What was sent did not come from a page of this site, so nothing was done. Open the form here and send it again.
error-open-the-form = Open the form
error-this-is-too = This is too much text
error-a-form-of = A form of this site holds 16 KiB at most. A list of feeds has 1 MiB at most, an address 2,048 bytes.
error-this-request-could = This request could not be understood
error-part-of-the = Part of the address or of the form has a value that it cannot have.
error-please-come-back = Please come back in a moment
error-the-site-is = The site is too busy to answer just now.
error-something-went-wrong = Something went wrong here
error-it-is-not = It is not your fault, and nothing that was stored is lost. The log of this site says more, under the number below.
# Programs that read News Sniffer know these words: the English ones stay, and the numbers as they are.
error-this-article-cannot = This article cannot be shown for legal reasons
error-its-versions-are = Its versions stand on no page, list or feed of this site.
# For editors.
error-bring-it-back = Why it is hidden, and how to bring it back
error-only-editors-of = Only editors of this site can do this
error-log-in-first = Log in first; you will be led back here.
error-log-in = Log in
error-please-open-the = Please open the form again
error-this-form-is = This form is too old, or was made for another session. Nothing was done, and what you typed stands in the fresh form.
error-open-the-form-again = Open the form again
error-that-was-very = That was very often
error-to-keep-this = To keep this site open to everybody, it limits how often this can be done. Try again in { $counted }.
error-the-sites-database = The site's database cannot be reached just now. Nothing that was stored is lost.
