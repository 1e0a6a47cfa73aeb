# What webhooks post, as the document of the API describes it.

webhooks-webhooks = Webhooks
webhooks-each-change-is-html = Each change is posted to these addresses as it is found, as signed JSON, and again until it is taken. <a href="{ $help }">How receivers read it</a> · <a href="{ $account }">Your account</a> · <a href="{ $log }">Audit log</a>
webhooks-there-is-no = There is no webhook yet.
webhooks-to-html = <span dir="auto">{ $posts }</span> to <span class="address">{ $address }</span>
webhooks-nothing-yet = nothing yet
webhooks-add-a-webhook = Add a webhook
webhooks-add-it = Add it
