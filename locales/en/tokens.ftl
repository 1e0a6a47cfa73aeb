# The tokens by which programs use the API.

tokens-api-tokens = API tokens
tokens-a-program-that-html = A program that sends one of these adds, hides and brings back articles in the name of whoever made it. Reading needs none. <a href="{ $help }">What the API does</a> · <a href="{ $account }">Your account</a> · <a href="{ $log }">Audit log</a>
tokens-this-is-the-html = This is the token “<bdi>{ $name }</bdi>”. Copy it now: it is not kept, and not shown again.<br><code class="token">{ $secret }</code>
tokens-there-is-no = There is no token yet.
tokens-an-editor-without = an editor without a name
tokens-who-is-disabled = , who is disabled: it does not work
tokens-never = never
tokens-revoke = Revoke
tokens-make-a-token = Make a token
tokens-name-what-will = Name: what will use it
tokens-make-it = Make it
tokens-revoke-2 = Revoke { $name }

tokens-a-name-has = A name has between 1 and 80 characters.
tokens-there-is-a = There is a token of this name already.
