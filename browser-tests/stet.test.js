// The main job, walked in a real browser. `../test browser` runs this; by hand:
//     STET=../target/debug/stet node --test
// CHROMIUM names another Chromium than Debian's. With SCREENSHOTS=DIR, pictures of the pages are
// kept there.

import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'

import axe from 'axe-core'

import { close, LASTED, NEW, newsroom, OLD, scene, STANDS, TIMEOUT, TITLE, visiting } from './newsroom.js'
import { NARROW, NARROWEST, WIDE } from './visitor.js'

/** Everything that an editor and a reader do, from the printed link to the marked words. */
async function watchAndRead({ site, service, visitor, page }) {
  await page.goto(service.loginLink)
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByRole('link', { name: 'Watch an article' }).first().click()
  await page.getByLabel('Address of an article, a feed, a sitemap or a section page').fill(site.url('/geneva'))
  await page.getByRole('button', { name: 'Look at it' }).click()

  await page.getByRole('heading', { name: 'Watch this article?' }).waitFor()
  const preview = page.getByRole('region', { name: 'What would be kept' })
  assert.equal(
    await preview.getByRole('row', { name: 'Title' }).getByRole('cell').innerText(),
    TITLE,
  )
  assert.equal(
    await preview.getByRole('row', { name: 'Byline' }).getByRole('cell').innerText(),
    'Ada Marsh',
  )
  assert.deepEqual(await preview.getByRole('paragraph').allInnerTexts(), [STANDS, OLD])

  await visitor.confirm()
  await page.waitForURL(service.url('/articles/1'))
  await visitor.firstVersion()
  assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), TITLE)

  site.publish('/geneva', { title: TITLE, paragraphs: [STANDS, NEW] })
  assert.match(
    await service.told('check', site.url('/geneva')),
    /^status=changed article=1 version=1/,
  )

  await visitor.visit('/')
  await page.getByRole('link', { name: TITLE }).click()
  await page.waitForURL(service.url('/articles/1/diff/0/1'))
  assert.deepEqual(await page.locator('td:first-child del').allInnerTexts(), ['eight'])
  assert.deepEqual(await page.locator('td:nth-child(2) ins').allInnerTexts(), ['twelve'])
  assert.equal(await page.locator('td:not(.both) :is(del, ins)').count(), 2)
}

scene('an editor adds an article through the form and sees what is changed in it', {}, watchAndRead)

scene('the same works without JavaScript', { javaScriptEnabled: false }, watchAndRead)

scene(
  'the articles of a feed are watched once its address is confirmed',
  {},
  async ({ site, service, visitor, page }) => {
    site.publish('/rates', { title: 'Bank raises rates', paragraphs: [STANDS, OLD] })
    site.publishFeed('/feed.xml', 'The Loopback Times', [
      ['/geneva', TITLE],
      ['/rates', 'Bank raises rates'],
    ])
    await visitor.logIn(service.loginLink)
    await visitor.propose(site.url('/feed.xml'))
    assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), 'Watch this feed?')
    assert.deepEqual(await page.locator('.found li').allInnerTexts(), [TITLE, 'Bank raises rates'])
    await visitor.confirm()
    await page.getByText('The Loopback Times', { exact: true }).first().waitFor()

    for (const id of [1, 2]) {
      await visitor.visitWhenThere(`/articles/${id}`)
      await visitor.firstVersion()
    }
    await visitor.visit('/articles')
    const rows = page.getByRole('rowheader')
    assert.deepEqual((await rows.allInnerTexts()).sort(), ['Bank raises rates', TITLE])
  },
)

describe('of a service that has seen changes', { timeout: 10 * TIMEOUT }, () => {
  let room
  /** Cookies of one who is logged in. */
  let session
  /** Where the two proposals stand that wait to be confirmed, and one that was refused. */
  const proposals = {}

  before(async () => {
    room = await newsroom()
    const { site, service } = room
    const link = `http://news.example/${'a-very-long-name-of-a-page/'.repeat(5)}`
    const moved = `A paragraph that moves up: ${STANDS.replace('talks', 'meetings')}`
    site.publish('/geneva', {
      title: TITLE,
      paragraphs: [STANDS, OLD, `First, see ${link}`, moved],
    })
    site.publishFeed('/feed.xml', 'The Loopback Times', [['/geneva', TITLE]])
    site.publish('/rates', { title: 'Bank raises rates', paragraphs: [STANDS, OLD] })
    site.publish('/letter', {
      title: 'Leaked letter names a witness',
      paragraphs: [`The letter names a witness. ${LASTED('two')}`],
    })
    await service.told('watch', site.url('/feed.xml'))
    await service.told('watch', site.url('/geneva'))
    await service.told('watch', site.url('/letter'))

    await visiting(service, {}, async (visitor) => {
      const { page } = visitor
      await visitor.visit('/articles/1')
      await visitor.firstVersion()
      const title = 'Ministers end record talks in Geneva'
      const came = 'A new paragraph says what nobody had said before: the ministers agreed at last.'
      const second = { title, paragraphs: [moved, STANDS, NEW, came] }
      for (const text of [
        { ...second, byline: 'Ada Marsh, Bo Hill' },
        { title, paragraphs: [moved, STANDS, NEW, came, LASTED('ninety')] },
        // The newspaper tests its headlines.
        { title: TITLE, paragraphs: [moved, STANDS, NEW, came, LASTED('ninety')] },
        { title, paragraphs: [moved, STANDS, NEW, came, LASTED('ninety')] },
        { title: TITLE, paragraphs: [moved, STANDS, NEW, came, LASTED('ninety')] },
      ]) {
        site.publish('/geneva', text)
        assert.match(await service.told('check', site.url('/geneva')), /^status=changed/)
      }

      await visitor.logIn(service.loginLink)
      for (const [name, path] of [
        ['article', '/rates'],
        ['feed', '/feed.xml'],
        ['nothing', '/nowhere'],
      ]) {
        await visitor.propose(site.url(path))
        proposals[name] = new URL(page.url()).pathname
      }
      await visitor.visit('/sources/127001/rules')
      for (const rule of ['.promo', '.plea']) {
        await page.getByLabel('Drop').fill(rule)
        await page.getByRole('button', { name: 'Save' }).click()
        await page.getByText(rule, { exact: true }).waitFor()
      }
      await visitor.hide(2, 'A court has forbidden it.')
      await visitor.enter(await service.told('editor', 'add', 'Ada Editor'))
      session = await page.context().storageState()
    })
  })
  after(() => room && close(room))

  /** Every page, for a reader and for an editor: its address, or the way to it. */
  const readersPages = () => ({
    latest: '/',
    'latest-filtered': '/versions?kinds=headline&kinds=moved&min_words=2&since=2020-01-01',
    'latest-none': '/versions?min_words=90000',
    search: '/versions/search',
    'search-hits': '/versions/search?q=hours&since=2020-01-01',
    'search-gone': '/versions/search?q=%22eight+hours%22&text=gone',
    'search-none': '/versions/search?q=xylophone',
    'search-unclear': '/versions/search?q=-hours',
    articles: '/articles',
    'articles-filtered': '/articles?source=127001',
    'articles-none': '/articles?source=nowhere',
    article: '/articles/1',
    diff: '/articles/1/diff/0/1',
    'diff-inline': '/articles/1/diff/0/1?view=inline',
    'diff-only-changes': '/articles/1/diff/0/2?only=changes',
    'diff-same': '/articles/1/diff/1/1',
    'diff-back': '/articles/1/diff/3/2',
    version: '/articles/1/versions/1',
    'version-by-sentence': '/articles/1/versions/1?by=sentence',
    'diff-sides': '/articles/1/diff/0/1?view=sides',
    sources: '/sources',
    source: '/sources/127001',
    about: '/about',
    help: '/help',
    'watch-logged-out': '/watch',
    login: '/login',
    'login-link': '/login?token=unknown',
    'password-link-used': '/account/password?link=unknown',
    'for-editors-only': '/audit',
    'not-found': '/nowhere',
    hidden: '/articles/2',
    'not-understood': '/articles?state=nonsense',
  })
  const editorsPages = () => ({
    watch: '/watch',
    'preview-article': proposals.article,
    'preview-feed': proposals.feed,
    refused: proposals.nothing,
    'logged-in': '/login',
    account: '/account',
    'account-refused': async ({ page, visit }) => {
      await visit('/account')
      await page.getByLabel('Present password').fill('not the present one')
      await page.getByLabel('New password').fill('a password of some length')
      await page.getByRole('button', { name: 'Change the password' }).click()
      await page.getByRole('alert').waitFor()
    },
    editors: async ({ page, visit }) => {
      await visit('/editors')
      await page.getByRole('button', { name: 'New password link' }).click()
      await page.getByRole('status').waitFor()
    },
    webhooks: '/webhooks',
    'webhooks-refused': async ({ page, visit }) => {
      await visit('/webhooks')
      await page.getByLabel('Name: what it is for').fill('Nobody')
      await page.getByLabel('Address to post to').fill('nowhere')
      await page.getByRole('button', { name: 'Add it' }).click()
      await page.getByRole('alert').waitFor()
    },
    webhook: async ({ page, visit }) => {
      await visit('/webhooks')
      const link = page.getByRole('link', { name: 'The desk' })
      if ((await link.count()) > 0) {
        await link.click()
      } else {
        await page.getByLabel('Name: what it is for').fill('The desk')
        await page.getByLabel('Address to post to').fill(room.site.url('/hook'))
        await page.getByRole('checkbox', { name: 'headline' }).check()
        await page.getByRole('button', { name: 'Add it' }).click()
        // Answered with 404, as whatever the site has not, and so tried again.
        await page.getByRole('button', { name: 'Send a test' }).click()
      }
      await page.getByRole('button', { name: 'Show the secret' }).click()
      await page.getByText(/whsec_/).waitFor()
    },
    audit: '/audit',
    'audit-filtered': '/audit?action=hide-article',
    'article-for-editors': '/articles/1',
    visibility: '/articles/1/visibility',
    'visibility-hidden': '/articles/2/visibility',
    'visibility-refused': async ({ page, visit }) => {
      await visit('/articles/1/visibility')
      await page.getByLabel('Why').last().fill('Its author asked for it.')
      await page.getByLabel('to confirm').fill('2')
      await page.getByRole('button', { name: 'Delete this article for good' }).click()
      await page.getByRole('alert').waitFor()
    },
    'source-settings': '/sources/127001/settings',
    'feed-settings': '/sources/127001/feeds/1',
    filter: async ({ page, visit }) => {
      await visit('/sources/127001/filter')
      await page.getByLabel('Leave addresses').fill('/rates')
      await page.getByRole('button', { name: 'Show what it would drop' }).click()
      await page.getByText('What these patterns do').waitFor()
    },
    rules: '/sources/127001/rules',
    'rules-tried': async ({ page, visit }) => {
      await visit('/sources/127001/rules')
      await page.getByLabel('Drop').fill('p:last-of-type')
      await page.getByLabel('Show the whole text of').selectOption({ index: 1 })
      await page.getByRole('button', { name: 'Try on stored pages' }).click()
      await page.getByText('What these rules would make').waitFor()
    },
    'rules-refused': async ({ page, visit }) => {
      await visit('/sources/127001/rules')
      await page.getByLabel('Headline').fill('h1[[')
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByRole('alert').waitFor()
    },
  })

  /** Reads every page, each as the one whom it is for. */
  async function readAll(options, look) {
    for (const [storageState, pages] of [
      [undefined, readersPages()],
      [session, editorsPages()],
    ]) {
      await visiting(room.service, { ...options, storageState }, async (visitor) => {
        const { page } = visitor
        for (const [name, way] of Object.entries(pages)) {
          const visit = (path) => visitor.visit(path)
          await (typeof way === 'string' ? visit(way) : way({ page, visit }))
          await look(page, name)
        }
      })
    }
  }

  test(
    'no page asks another host for anything or has the browser complain',
    { timeout: TIMEOUT },
    async () => {
      const read = []
      // `visiting` asserts that there was no complaint.
      await readAll({}, async (page, name) => {
        await page.waitForLoadState('load')
        assert.notEqual(await page.title(), '')
        read.push(name)
      })
      assert.equal(read.length, Object.keys({ ...readersPages(), ...editorsPages() }).length)
    },
  )

  test(
    'an address that cannot be watched stands in the form again, with the reason beside it',
    { timeout: TIMEOUT },
    async () => {
      await visiting(room.service, { storageState: session }, async (visitor) => {
        const { page } = visitor
        await visitor.propose(room.site.url('/nowhere'))
        const field = page.getByLabel('Address of an article, a feed, a sitemap or a section page')
        assert.equal(await field.inputValue(), room.site.url('/nowhere'))
        assert.match(await page.getByRole('alert').innerText(), /404/)
        await field.fill(room.site.url('/rates'))
        await page.getByRole('button', { name: 'Look at it' }).click()
        await page.getByRole('heading', { name: 'Watch this article?' }).waitFor()
      })
    },
  )

  test(
    'the browser refuses what the policy of a page forbids, and these tests notice',
    { timeout: TIMEOUT },
    async () => {
      await visiting(room.service, {}, async (visitor) => {
        await visitor.visit('/')
        const pixel = room.site.url('/pixel.png')
        assert.deepEqual(await visitor.page.evaluate(violate, pixel), [
          'img-src',
          'script-src-elem',
          'style-src-elem',
        ])
        assert.ok(!room.site.visits.includes('/pixel.png'))
        const noticed = visitor.complaints.splice(0)
        assert.equal(
          noticed.filter((what) => /^console: .*Content Security Policy/.test(what)).length,
          3,
          noticed,
        )
      })
    },
  )

  test(
    'a dialog, an error and a request to another host do not escape these tests',
    { timeout: TIMEOUT },
    async () => {
      await visiting(room.service, {}, async (visitor) => {
        await visitor.visit('/')
        const said = visitor.page.waitForEvent('console')
        await visitor.page.evaluate(() => setTimeout(() => console.error(confirm('Really?'))))
        await said
        await visitor.page.goto(room.site.url('/geneva'))
        const [dialog, error, request] = visitor.complaints.splice(0)
        assert.match(dialog, /^dialog: Really\?/)
        assert.match(error, /^console: false/)
        assert.match(request, /^request to .*\/geneva/)
      })
    },
  )

  test('the two versions stand side by side in a wide window', { timeout: TIMEOUT }, async () => {
    await visiting(room.service, { viewport: WIDE }, async (visitor) => {
      await visitor.visit('/articles/1/diff/0/1')
      const [old, young] = await cellsOfEdit(visitor.page)
      assert.equal(old.y, young.y)
      assert.ok(old.x + old.width <= young.x, JSON.stringify([old, young]))
      assert.ok(Math.abs(old.width - young.width) <= 2, JSON.stringify([old, young]))
    })
  })

  test(
    'the two versions stand one below the other in a narrow window, for those who chose so',
    { timeout: TIMEOUT },
    async () => {
      await visiting(room.service, { viewport: NARROW }, async (visitor) => {
        await visitor.visit('/articles/1/diff/0/1?view=sides')
        const [old, young] = await cellsOfEdit(visitor.page)
        assert.equal(old.x, young.x)
        assert.ok(old.y + old.height <= young.y, JSON.stringify([old, young]))
      })
    },
  )

  test(
    'both versions stand in one column in a narrow window where nobody chose, without a script',
    { timeout: TIMEOUT },
    async () => {
      const options = { viewport: NARROW, javaScriptEnabled: false }
      await visiting(room.service, options, async (visitor) => {
        await visitor.visit('/articles/1/diff/0/1')
        const edited = visitor.page.locator('tr.edited:not(.field)').first()
        assert.deepEqual(
          await edited.locator('td').evaluateAll((cells) =>
            cells.map((cell) => getComputedStyle(cell).visibility === 'visible'),
          ),
          [false, false, true],
        )
        const views = visitor.page.getByRole('group', { name: 'View' })
        assert.equal(await views.locator('[aria-current]').innerText(), 'Inline')
        assert.ok(await visitor.page.getByRole('button', { name: 'Copy the citation' }).isHidden())
      })
    },
  )

  test('the arrow keys walk from change to change', { timeout: TIMEOUT }, async () => {
    await visiting(room.service, {}, async (visitor) => {
      const { page } = visitor
      await visitor.visit('/articles/1/diff/0/1?only=changes')
      await page.keyboard.press('ArrowRight')
      await page.waitForURL(room.service.url('/articles/1/diff/1/2?only=changes'))
      await page.keyboard.press('ArrowLeft')
      await page.waitForURL(room.service.url('/articles/1/diff/0/1?only=changes'))
      // In a list of choices the keys choose.
      await page.getByLabel('to version').focus()
      await page.keyboard.press('ArrowRight')
      assert.equal(page.url(), room.service.url('/articles/1/diff/0/1?only=changes'))
    })
  })

  test('the bar that has the focus is told from those that are shown', { timeout: TIMEOUT }, async () => {
    for (const forcedColors of ['none', 'active']) {
      await visiting(room.service, { forcedColors }, async (visitor) => {
        const { page } = visitor
        await visitor.visit('/articles/1/diff/0/2')
        assert.equal(await page.locator('.timeline .shown').count(), 1)
        const bars = page.locator('.timeline svg a')
        const drawn = (bar) =>
          bar.locator('.target').evaluate((target) => {
            const { fill, stroke, strokeWidth } = getComputedStyle(target)
            return [fill, stroke, strokeWidth].join()
          })
        await bars.first().focus()
        for (let at = 0; at < (await bars.count()); at += 1) {
          const bar = bars.nth(at)
          const focused = await drawn(bar)
          await page.keyboard.press('Tab')
          assert.notEqual(await drawn(bar), focused, `bar ${at}, forced colours: ${forcedColors}`)
        }
      })
    }
  })

  test('what is chosen is seen in forced colours', { timeout: TIMEOUT }, async () => {
    await visiting(room.service, { forcedColors: 'active' }, async (visitor) => {
      const { page } = visitor
      await visitor.visit('/articles/1/diff/0/1?view=sides')
      const ground = (link) => link.evaluate((element) => getComputedStyle(element).backgroundColor)
      for (const group of await page.getByRole('group', { name: /View|Paragraphs/ }).all()) {
        const chosen = await ground(group.locator('[aria-current]'))
        assert.notEqual(chosen, await ground(group.locator('a:not([aria-current])').first()))
      }
    })
  })

  test('a fold opens by its summary and for a link into it', { timeout: TIMEOUT }, async () => {
    await visiting(room.service, { javaScriptEnabled: false }, async (visitor) => {
      const { page } = visitor
      await visitor.visit('/articles/1/diff/0/1?only=changes')
      const fold = page.locator('details:has(.para)').first()
      const paragraph = fold.locator('.para').first()
      assert.ok(await paragraph.isHidden())
      await fold.locator('summary').press('Enter')
      await paragraph.waitFor()
      const anchor = await paragraph.getAttribute('id')
      await visitor.visit('/articles')
      await visitor.visit(`/articles/1/diff/0/1?only=changes#${anchor}`)
      await page.locator(`#${anchor}`).waitFor()
    })
  })

  test('the head of the table covers nothing that is led to', { timeout: TIMEOUT }, async () => {
    await visiting(room.service, { viewport: { width: WIDE.width, height: 300 } }, async (visitor) => {
      const { page } = visitor
      /** How far below the head stands what a link or the keyboard led to, in pixels. */
      const clearance = () =>
        page.evaluate(() => {
          const reached = document.querySelector(':target') ?? document.activeElement
          const head = document.querySelector('table.diff thead th')
          return reached.getBoundingClientRect().top - head.getBoundingClientRect().bottom
        })
      await visitor.visit('/articles/1/diff/0/1?view=sides#v1-p2')
      assert.ok((await clearance()) >= 0)
      await visitor.visit('/articles/1/diff/0/1?view=sides')
      const numbers = page.locator('table.diff a.n')
      await numbers.last().focus()
      for (let back = (await numbers.count()) - 1; back > 0; back -= 1) {
        await page.keyboard.press('Shift+Tab')
        assert.ok((await clearance()) >= 0, `link ${back} from the end`)
      }
    })
  })

  test('two versions are chosen and a citation is copied', { timeout: TIMEOUT }, async () => {
    const permissions = ['clipboard-read', 'clipboard-write']
    await visiting(room.service, { permissions }, async (visitor) => {
      const { page } = visitor
      await visitor.visit('/articles/1/diff/0/1')
      await page.getByLabel('to version').selectOption('2')
      await page.getByRole('button', { name: 'Compare' }).click()
      await page.waitForURL(room.service.url('/articles/1/diff/0/2'))
      await page.getByRole('button', { name: 'Copy the citation' }).click()
      await page.getByText('Copied', { exact: true }).waitFor()
      const copied = await page.evaluate(() => navigator.clipboard.readText())
      assert.match(copied, /Compared: version 0, first seen .*\/articles\/1\/diff\/0\/2/)
    })
  })

  for (const viewport of [WIDE, NARROW, NARROWEST]) {
    test(
      `no page scrolls sideways in a window of ${viewport.width} pixels`,
      { timeout: TIMEOUT },
      async () => {
        const sizes = {}
        await readAll({ viewport }, async (page, name) => {
          sizes[name] = await page.evaluate(() => document.documentElement.scrollWidth)
        })
        const tooWide = Object.entries(sizes).filter(([, width]) => width > viewport.width)
        assert.deepEqual(tooWide, [])
      },
    )
  }

  for (const colorScheme of ['light', 'dark']) {
    for (const viewport of [WIDE, NARROW]) {
      const where = `in ${colorScheme} colours in a window of ${viewport.width} pixels`
      test(`every page meets WCAG 2.2 AA ${where}`, { timeout: TIMEOUT }, async () => {
        // The policy of the pages would keep axe out.
        const options = { bypassCSP: true, colorScheme, viewport }
        const violations = []
        await readAll(options, async (page, name) => {
          await page.addScriptTag({ content: axe.source })
          violations.push(
            ...(await page.evaluate(accessibilityViolations)).map((what) => `${name}: ${what}`),
          )
        })
        assert.deepEqual(violations, [])
      })
    }
  }

  test('pictures of every page', { timeout: TIMEOUT, skip: !process.env.SCREENSHOTS }, async () => {
    await mkdir(process.env.SCREENSHOTS, { recursive: true })
    for (const colorScheme of ['light', 'dark']) {
      for (const viewport of [WIDE, NARROW]) {
        await readAll({ colorScheme, viewport }, async (page, name) => {
          const file = `${name}-${viewport.width}-${colorScheme}.png`
          await page.screenshot({ path: join(process.env.SCREENSHOTS, file), fullPage: true })
        })
      }
    }
  })
})

/** Where the two cells stand in which "eight" became "twelve". */
async function cellsOfEdit(page) {
  const row = page.getByRole('row').filter({ has: page.locator('ins', { hasText: 'twelve' }) })
  return Promise.all([
    row.locator('td:not(.both)').first().boundingBox(),
    row.locator('td:not(.both)').last().boundingBox(),
  ])
}

/** Runs in a page: does three things that its policy forbids; returns which directives said so. */
async function violate(image) {
  const violated = []
  const all = new Promise((resolve) => {
    document.addEventListener('securitypolicyviolation', (event) => {
      violated.push(event.effectiveDirective)
      if (violated.length === 3) resolve()
    })
  })
  document.body.append(
    Object.assign(new Image(), { src: image }),
    Object.assign(document.createElement('script'), { text: 'alert(1)' }),
    Object.assign(document.createElement('style'), { textContent: 'a { color: red }' }),
  )
  await all
  return violated.sort()
}

/** Runs in a page: a line for each element that breaks a rule. */
async function accessibilityViolations() {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
  const { violations } = await window.axe.run(document, {
    runOnly: tags,
    // Off unless asked for: WCAG 2.2, 2.5.8.
    rules: { 'target-size': { enabled: true } },
    resultTypes: ['violations'],
  })
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`),
  )
}
