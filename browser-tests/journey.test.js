// What a reader and an editor do, from the address of an article to a takedown and back.

import assert from 'node:assert/strict'

import { LASTED, OLD, scene, STANDS, TITLE } from './newsroom.js'

const LATER = 'Ministers end record talks in Geneva'

scene(
  'what a newspaper took away is found, walked through, hidden and brought back',
  {},
  async ({ site, service, visitor, page }) => {
    const removed = 'Reporters were brought pizza by one delegation and tea by the other one.'
    site.publish('/geneva', { title: TITLE, paragraphs: [STANDS, removed, OLD] })
    await visitor.logIn(service.loginLink)
    await visitor.propose(site.url('/geneva'))
    await visitor.confirm()
    await visitor.firstVersion()
    for (const text of [
      { title: LATER, paragraphs: [STANDS, OLD] },
      { title: LATER, paragraphs: [STANDS, LASTED('twelve')] },
    ]) {
      site.publish('/geneva', text)
      assert.match(await service.told('check', site.url('/geneva')), /^status=changed/)
    }

    // The change arrives, and the keys walk from it to the next one and back.
    await visitor.visit('/')
    await page.getByText(`was: ${TITLE}`).waitFor()
    await page.getByRole('link', { name: LATER }).last().click()
    await page.waitForURL(service.url('/articles/1/diff/0/1'))
    await page.keyboard.press('ArrowRight')
    await page.waitForURL(service.url('/articles/1/diff/1/2'))
    assert.deepEqual(await page.locator('td:nth-child(2) ins').allInnerTexts(), ['twelve'])
    await page.keyboard.press('ArrowLeft')
    await page.waitForURL(service.url('/articles/1/diff/0/1'))

    // The sentence that is gone is found.
    const search = async () => {
      await page.getByRole('link', { name: 'Search', exact: true }).click()
      await page.getByLabel('Words, or').fill('"brought pizza"')
      await page.getByLabel('no longer stands').check()
      await page.getByRole('button', { name: 'Search' }).click()
    }
    await search()
    assert.equal(await page.locator('.hit blockquote').innerText(), removed)
    assert.equal(await page.locator('.hit mark').innerText(), 'brought pizza')
    await page.getByRole('link', { name: 'vanished in version 1' }).click()
    await page.waitForURL(service.url('/articles/1/diff/0/1#v0-p2'))

    // Whoever knows the address finds the history; an unknown one leads to the form.
    const lookUp = async (address) => {
      await visitor.visit('/')
      await page.getByLabel('What did this page say before?').fill(address)
      await page.getByRole('button', { name: 'Look it up' }).click()
    }
    await lookUp(`${site.url('/geneva')}?utm_source=letter#top`)
    await page.waitForURL(service.url('/articles/1'))
    await lookUp(site.url('/unknown'))
    await page.waitForURL(service.url('/watch?**'))
    assert.equal(await page.getByLabel('Address of an article').inputValue(), site.url('/unknown'))

    // Hidden: gone from everywhere, for everybody.
    const own = [
      '/articles/1',
      '/articles/1.rss',
      '/articles/1/diff/0/1',
      '/articles/1/diff?from=0&to=1',
      '/articles/1/versions/0',
      '/articles/1/versions/1',
      `/articles/lookup?url=${encodeURIComponent(site.url('/geneva'))}`,
      `/timegate/${site.url('/geneva')}`,
      `/timemap/link/${site.url('/geneva')}`,
    ]
    const lists = ['/', '/articles', '/versions.rss', '/sources', '/versions/search?q=pizza']
    const read = (path) => page.request.get(service.url(path), { maxRedirects: 0 })
    const statuses = () => Promise.all(own.map(async (path) => (await read(path)).status()))
    const naming = async () => {
      const texts = await Promise.all(lists.map(async (path) => (await read(path)).text()))
      return lists.filter((_, at) => /Geneva|brought/.test(texts[at]))
    }
    assert.deepEqual(await naming(), ['/', '/articles', '/versions.rss', '/versions/search?q=pizza'])
    await visitor.visit('/articles/1')
    await page.getByRole('link', { name: 'Hide or delete this article' }).click()
    await page.getByLabel('Why').first().fill('A court has forbidden it.')
    await page.getByRole('button', { name: 'Hide this article' }).click()
    await page.getByText('This article is hidden.').waitFor()
    assert.deepEqual(await statuses(), own.map(() => 410))
    assert.deepEqual(await naming(), [])
    await visitor.visit('/articles/1')
    await page.getByRole('heading', { name: 'This article cannot be shown for legal reasons' }).waitFor()
    await search()
    await page.getByText('Nothing was found.').waitFor()

    // Back, as it was; the log tells of both.
    await visitor.visit('/articles/1/visibility')
    await page.getByLabel('Why').first().fill('The appeal was won.')
    await page.getByRole('button', { name: 'Bring this article back' }).click()
    await page.getByText('is shown to everybody').waitFor()
    assert.deepEqual(await statuses(), [200, 200, 200, 303, 200, 200, 303, 302, 200])
    await visitor.visit('/audit')
    const log = await page.getByRole('row').filter({ hasText: 'article 1' }).allInnerTexts()
    assert.match(log[0], /article brought back.*The appeal was won\./s)
    assert.match(log[1], /article hidden.*A court has forbidden it\./s)
  },
)

scene(
  'a click on the bookmark leads from a page to what it said before',
  {},
  async ({ site, service, visitor, page }) => {
    await service.told('watch', site.url('/geneva'))
    await visitor.visitWhenThere('/articles/1')
    await visitor.firstVersion()
    await visitor.visit('/help')
    const bookmark = page.getByRole('link', { name: 'What did this page say before?' })
    const href = await bookmark.getAttribute('href')
    for (const [path, target] of [
      ['/geneva?utm_medium=mail', '/articles/1'],
      ['/unknown', `/watch?address=${encodeURIComponent(site.url('/unknown'))}`],
    ]) {
      await page.goto(site.url(path))
      // As a bookmark runs: in the page that the reader has open.
      await page.evaluate((href) => {
        document.body.append(Object.assign(document.createElement('a'), { href, id: 'mark' }))
        document.getElementById('mark').textContent = 'bookmark'
      }, href)
      await page.locator('#mark').click()
      await page.waitForURL(service.url(target))
    }
    // The visits to the newspaper are the reader's own.
    const noticed = visitor.complaints.splice(0)
    assert.deepEqual(
      noticed.filter((what) => !what.startsWith(`request to ${site.url('/')}`)),
      [],
    )
  },
)

scene(
  'an editor brings a list of feeds, chooses one, and its articles are watched',
  {},
  async ({ site, service, visitor, page }) => {
    site.publishFeed('/news.rss', 'The Loopback Times', [['/geneva', TITLE]])
    site.publishFeed('/sport.rss', 'Loopback Sport', [['/final', 'The final']])
    const list = `<?xml version="1.0"?><opml version="2.0"><head><title>Mine</title></head><body>
<outline text="Papers"><outline type="rss" text="News &amp; politics" xmlUrl="${site.url('/news.rss')}"/>
<outline type="rss" text="Sport" xmlUrl="${site.url('/sport.rss')}"/>
<outline type="rss" text="No address" xmlUrl="javascript:alert(1)"/></outline></body></opml>`
    await visitor.logIn(service.loginLink)
    await visitor.visit('/sources')
    await page.getByRole('link', { name: 'Read the feeds of an OPML list' }).click()
    await page
      .getByLabel('An OPML file')
      .setInputFiles({ name: 'mine.opml', mimeType: 'text/x-opml', buffer: Buffer.from(list) })
    await page.getByRole('button', { name: 'Show its feeds' }).click()
    await page.getByText('No address').waitFor()
    // Nothing was read for the list to be shown.
    assert.deepEqual(site.visits, [])
    await page.getByLabel('Sport').uncheck()
    await page.getByRole('button', { name: 'Read these feeds' }).click()
    await page.getByText('News & politics').waitFor()
    await visitor.visitWhenThere('/articles/1')
    await visitor.firstVersion()
    await page.getByRole('heading', { name: TITLE }).waitFor()
    assert.ok(!site.visits.includes('/sport.rss'))
  },
)
