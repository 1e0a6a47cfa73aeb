error-number-of-this-html = Number of this request: <code>{ $request }</code>
