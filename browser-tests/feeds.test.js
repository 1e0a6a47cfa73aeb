// The feeds, as a program that others wrote reads them: npm's rss-parser, and what JSON Feed 1.1
// asks for. Needs no browser.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import Parser from 'rss-parser'

import { NewsSite } from './news_site.js'
import { PATIENCE, Service } from './service.js'

const STANDS =
  'The talks are surrounded by speculation, since neither of the two ministers has made an ' +
  'official statement after many hours of negotiations behind closed doors.'
const LASTED = (hours) =>
  `Officials said on Friday that the talks had lasted for more than ${hours} hours & that the ` +
  'delegations would go on <through the night> until they reached an agreement.'
const TITLE = 'Ministers <meet> again & again in Geneva'

let site, service

before(async () => {
  site = await NewsSite.start()
  site.publish('/geneva', { title: TITLE, paragraphs: [STANDS, LASTED('eight')] })
  service = await Service.start(site)
  await service.told('watch', site.url('/geneva'))
  await service.told('check', site.url('/geneva'))
  site.publish('/geneva', { title: TITLE, paragraphs: [STANDS, LASTED('twelve')] })
  assert.match(await service.told('check', site.url('/geneva')), /^status=changed/)
})
after(async () => {
  await service?.stop()
  await site?.stop()
})

const FEEDS = ['/versions', '/articles/1', '/sources/127001']
const MARKED = /more than <del>\[−eight\]<\/del> <ins>\[\+twelve\]<\/ins> hours &#38; that/

async function body(path, type) {
  const response = await fetch(service.url(path))
  assert.equal(response.status, 200, path)
  assert.equal(response.headers.get('content-type'), `${type}; charset=utf-8`)
  return response.text()
}

test('rss-parser reads RSS and Atom, and both tell the same', { timeout: PATIENCE }, async () => {
  for (const path of FEEDS) {
    const rss = await new Parser().parseString(await body(`${path}.rss`, 'application/rss+xml'))
    const atom = await new Parser().parseString(await body(`${path}.atom`, 'application/atom+xml'))
    assert.equal(rss.items.length, 1)
    assert.equal(atom.items.length, 1)
    assert.equal(rss.feedUrl, service.url(`${path}.rss`))
    for (const item of [...rss.items, ...atom.items]) {
      assert.ok(item.title.endsWith(TITLE), item.title)
      assert.match(item.content, MARKED)
      assert.equal(item.link, service.url('/articles/1/diff/0/1'))
      assert.ok(new Date(item.isoDate) <= new Date(), item.isoDate)
    }
    assert.deepEqual(rss.items[0].categories, ['edited', 'number'])
    assert.equal(rss.items[0].guid, atom.items[0].id)
    assert.equal(rss.items[0].content, atom.items[0].content)
    assert.match(atom.items[0].summary, /^1 paragraph edited; a figure altered; 1 word added, 1 removed\. It changed/)
  }
})

test('a JSON Feed has what version 1.1 asks for', { timeout: PATIENCE }, async () => {
  for (const path of FEEDS) {
    const feed = JSON.parse(await body(`${path}.json`, 'application/feed+json'))
    assert.equal(feed.version, 'https://jsonfeed.org/version/1.1')
    assert.equal(feed.feed_url, service.url(`${path}.json`))
    assert.equal(typeof feed.title, 'string')
    const [item] = feed.items
    assert.match(item.id, /^urn:uuid:/)
    assert.match(item.content_html, MARKED)
    assert.match(item.date_published, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)
    assert.equal(item.url, service.url('/articles/1/diff/0/1'))
    assert.equal(item.external_url, site.url('/geneva'))
    assert.deepEqual(item.tags, ['edited', 'number'])
  }
})

test('whoever has a feed already is told so', { timeout: PATIENCE }, async () => {
  for (const path of FEEDS) {
    const first = await fetch(service.url(`${path}.atom`))
    const headers = { 'if-none-match': first.headers.get('etag') }
    const second = await fetch(service.url(`${path}.atom`), { headers })
    assert.equal(second.status, 304)
    assert.equal(await second.text(), '')
  }
})
