// What every test stands on: a browser, a news site, and a service that may visit it.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { chromium } from 'playwright-core'

import { NewsSite } from './news_site.js'
import { PATIENCE, Service } from './service.js'
import { Visitor } from './visitor.js'

export const TITLE = 'Ministers meet again in Geneva'
export const STANDS =
  'The talks are surrounded by speculation, since neither of the two ministers has made an ' +
  'official statement after many hours of negotiations behind closed doors.'
export const LASTED = (hours) =>
  `Officials said on Friday that the talks had lasted for more than ${hours} hours and that the ` +
  'delegations would go on through the night until they reached an agreement.'
export const OLD = LASTED('eight')
export const NEW = LASTED('twelve')

/** The whole of one test, with every page it reads; in milliseconds. */
export const TIMEOUT = 2 * PATIENCE

let browser

before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
})
after(() => browser?.close())

/** A news site with one article, and a service that may visit it. */
export async function newsroom() {
  const site = await NewsSite.start()
  site.publish('/geneva', { title: TITLE, paragraphs: [STANDS, OLD] })
  try {
    return { site, service: await Service.start(site) }
  } catch (error) {
    await site.stop()
    throw error
  }
}

export async function close({ site, service }) {
  await service.stop()
  await site.stop()
}

/** Lets a visitor of the service do something; whatever goes wrong, what they saw is told. */
export async function visiting(service, options, body) {
  const visitor = await Visitor.arrive(browser, service, options)
  try {
    await body(visitor)
    assert.deepEqual(visitor.complaints, [])
  } catch (error) {
    throw new Error(`${error.message}\n\n${await visitor.shown()}\n`, { cause: error })
  } finally {
    await visitor.leave()
  }
}

/** A test with a newsroom and a visitor of its own. */
export function scene(name, options, body) {
  test(name, { timeout: TIMEOUT }, async () => {
    const room = await newsroom()
    try {
      await visiting(room.service, options, (visitor) =>
        body({ ...room, visitor, page: visitor.page }),
      )
    } finally {
      await close(room)
    }
  })
}
