// A visitor with a browser window, in which anything that should not happen is noted.

import { PATIENCE } from './service.js'

export const WIDE = { width: 1360, height: 900 }
export const NARROW = { width: 390, height: 844 }
/** The narrowest window that must do without scrolling sideways: WCAG 2.2, 1.4.10. */
export const NARROWEST = { width: 320, height: 640 }

/** A window with cookies of its own. */
export class Visitor {
  #service
  /** What happened that should not: dialogs, errors, requests to other hosts. */
  complaints = []
  page

  static async arrive(browser, service, options = {}) {
    const visitor = new Visitor()
    visitor.#service = service
    const context = await browser.newContext({ viewport: WIDE, colorScheme: 'light', ...options })
    context.setDefaultTimeout(PATIENCE)
    visitor.page = await context.newPage()
    visitor.#watch()
    return visitor
  }

  async visit(path) {
    return await this.page.goto(this.#service.url(path))
  }

  /** Visits a page until it is there: what the poller has not found yet is a 404. */
  async visitWhenThere(path) {
    const deadline = Date.now() + PATIENCE
    while ((await this.visit(path)).status() === 404) {
      if (Date.now() > deadline) throw new Error(`${path} is still not there`)
    }
  }

  /** Follows a login link and presses the button. */
  async logIn(link) {
    await this.page.goto(link)
    await this.page.getByRole('button', { name: 'Log in' }).click()
    await this.page.waitForURL(this.#service.url('/**'))
    await this.visit('/watch')
    await this.page.getByLabel('Address of an article, a feed, a sitemap or a section page').waitFor()
  }

  /** Types an address into the form and waits until the poller has looked at it. */
  async propose(address) {
    await this.visit('/watch')
    await this.page.getByLabel('Address of an article, a feed, a sitemap or a section page').fill(address)
    await this.page.getByRole('button', { name: 'Look at it' }).click()
    await this.page.getByRole('heading', { name: /^(Watch this|This address cannot)/ }).waitFor()
  }

  /** Follows a link that sets an editor's password, and sets one. */
  async enter(link) {
    const { pathname, search } = new URL(link)
    await this.visit(pathname + search)
    await this.page.getByLabel('New password').fill('a password of some length')
    await this.page.getByRole('button', { name: 'Set it and log in' }).click()
    await this.page.getByRole('heading', { name: 'Set your password' }).waitFor({ state: 'detached' })
  }

  /** Hides an article, for a reason. */
  async hide(article, reason) {
    await this.visit(`/articles/${article}/visibility`)
    await this.page.getByLabel('Why').first().fill(reason)
    await this.page.getByRole('button', { name: 'Hide this article' }).click()
    await this.page.getByText('This article is hidden.').waitFor()
  }

  async confirm() {
    await this.page.getByRole('button', { name: 'Confirm: watch it' }).click()
  }

  /** Reads an article's page until it has its first version, as its own refresh shows it. */
  async firstVersion() {
    await this.page.getByRole('link', { name: 'Version 0' }).first().waitFor()
  }

  /** The text of the page, for one who reads why a test failed. */
  async shown() {
    const text = await this.page.locator('body').innerText({ timeout: 5_000 }).catch(String)
    return `${this.page.url()} showed:\n${text.replace(/^/gm, '    | ')}`
  }

  async leave() {
    await this.page.context().close()
  }

  #watch() {
    const context = this.page.context()
    const complain = (what) => this.complaints.push(`${what} (on ${this.page.url()})`)
    const isOwn = (request) => new URL(request.url()).origin === this.#service.origin
    context.on('dialog', async (dialog) => {
      complain(`dialog: ${dialog.message()}`)
      await dialog.dismiss()
    })
    context.on('weberror', (error) => complain(`uncaught: ${error.error()}`))
    context.on('request', (request) => {
      if (!isOwn(request)) complain(`request to ${request.url()}`)
    })
    context.on('response', (response) => {
      // A page may be a 404; what it needs may not.
      if (response.status() >= 400 && !response.request().isNavigationRequest()) {
        complain(`${response.status()} for ${response.url()}`)
      }
    })
    context.on('console', (message) => {
      // Chromium says this of a page that is a 404, too.
      if (message.text().startsWith('Failed to load resource')) return
      // Violations of the Content-Security-Policy are errors.
      if (['error', 'warning', 'assert'].includes(message.type()))
        complain(`console: ${message.text()}`)
    })
  }
}
