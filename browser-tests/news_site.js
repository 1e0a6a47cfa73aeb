// A news site on loopback whose articles the test edits.

import { once } from 'node:events'
import { createServer } from 'node:http'

/** Text as it stands in HTML and XML. */
const escaped = (text) =>
  text.replace(
    /[&<>"]/g,
    (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign],
  )

/** A site that serves until it is stopped. */
export class NewsSite {
  #answers = new Map()
  #server = createServer((request, response) => {
    this.visits.push(request.url)
    const known = this.#answers.get(request.url)
    const { status, type, body } = known ?? {
      status: 404,
      type: 'text/html',
      body: '<title>Not found</title>',
    }
    response.writeHead(status, { 'content-type': type, connection: 'close' }).end(body)
  })
  /** The paths that somebody asked for. */
  visits = []

  static async start() {
    const site = new NewsSite()
    site.#server.listen(0, '127.0.0.1')
    await once(site.#server, 'listening')
    return site
  }

  /** The pair that Stet's guard has to let through. */
  get pair() {
    return `127.0.0.1:${this.#server.address().port}`
  }

  url(path) {
    return `http://${this.pair}${path}`
  }

  /** Publishes an article, or another text of it. */
  publish(path, { title, byline = 'Ada Marsh', paragraphs }) {
    const body = paragraphs.map((text) => `<p>${escaped(text)}</p>`).join('\n')
    this.answer(
      path,
      200,
      'text/html; charset=utf-8',
      `<!doctype html><html lang="en"><head><title>${escaped(title)} | The Loopback Times</title></head><body>
<nav><a href="/">Home</a> <a href="/politics">Politics</a></nav>
<article><h1>${escaped(title)}</h1><p class="byline">By ${escaped(byline)}</p>
${body}</article>
<footer>© The Loopback Times</footer></body></html>`,
    )
  }

  /** Publishes a feed of articles, given as pairs of path and title. */
  publishFeed(path, title, articles) {
    const items = articles.map(
      ([to, name]) => `<item><title>${escaped(name)}</title><link>${this.url(to)}</link></item>`,
    )
    this.answer(
      path,
      200,
      'application/rss+xml',
      `<rss version="2.0"><channel><title>${escaped(title)}</title><link>${this.url('/')}</link>
<description>News</description>${items.join('')}</channel></rss>`,
    )
  }

  /** Answers anything at a path. */
  answer(path, status, type, body) {
    this.#answers.set(path, { status, type, body })
  }

  async stop() {
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }
}
