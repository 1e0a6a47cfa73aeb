# The editors.

editors-editors = Editors
editors-who-may-add-html = Who may add, hide and delete, by name. <a href="{ $account }">Your account</a> · <a href="{ $log }">Audit log</a>
editors-give-this-link-html = Give this link to <bdi>{ $name }</bdi>: it sets a password, works once and for a day, and is not shown again.<br><a class="address" href="{ $link }">{ $link }</a>
editors-no-editor-has = No editor has a name yet. Until then the log says only that somebody with a login link did something.
editors-name = Name
editors-set = set
editors-not-set-yet = not set yet
editors-no-since-html = no, since { $disabled }
editors-yes = yes
editors-enable = Enable
editors-new-password-link = New password link
editors-disable = Disable
editors-add-an-editor = Add an editor
editors-add-and-make = Add, and make a password link

editors-a-name-has = A name has between 1 and 80 characters.
editors-there-is-an = There is an editor of this name already.
