// `stet serve` as a user starts it.

import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** Whatever takes longer on a busy machine is broken; in milliseconds. */
export const PATIENCE = 120_000

const STET = process.env.STET ?? fileURLToPath(new URL('../target/debug/stet', import.meta.url))

/** A running service over a private Postgres of its own. */
export class Service {
  #child
  #dataDir
  #options
  #errors = ''
  /** The link that it printed. */
  loginLink

  /** Starts one that may visit this site, and waits until it says where it listens. */
  static async start(site) {
    const service = new Service()
    service.#dataDir = await mkdtemp(join(tmpdir(), 'stet-browser-'))
    // The user who runs Postgres for root has to pass through.
    await chmod(service.#dataDir, 0o711)
    service.#options = [
      '--data-dir',
      service.#dataDir,
      '--fetch-allow',
      site.pair,
      '--host-gap',
      '0s',
    ]
    const child = spawn(STET, [...service.#options, 'serve', '--listen', '127.0.0.1:0'], {
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    service.#child = child
    child.stderr.setEncoding('utf8').on('data', (text) => (service.#errors += text))
    // Should the tests themselves be ended, the service ends with them, and its Postgres with it.
    const end = () => child.kill('SIGKILL')
    process.once('exit', end)
    child.once('exit', () => process.off('exit', end))
    try {
      service.loginLink = await service.#printedLink()
    } catch (error) {
      await service.stop()
      throw error
    }
    return service
  }

  /** Where it listens. */
  get origin() {
    return new URL(this.loginLink).origin
  }

  url(path) {
    return `${this.origin}${path}`
  }

  /** What another `stet` command prints on the same data, beside the service. */
  async told(...args) {
    const { stdout } = await promisify(execFile)(STET, [...this.#options, ...args], {
      env: environment(),
      timeout: PATIENCE,
    })
    return stdout.trim()
  }

  /** Ends it as Ctrl-C does, and throws its data away. */
  async stop() {
    const { pid, exitCode, signalCode } = this.#child
    const runs = pid !== undefined && exitCode === null && signalCode === null
    if (runs) {
      const ended = once(this.#child, 'exit')
      this.#child.kill('SIGINT')
      await ended
    }
    await rm(this.#dataDir, { recursive: true, force: true })
  }

  async #printedLink() {
    let late
    const link = new Promise((resolve, reject) => {
      const fail = (what) => reject(new Error(`${what}:\n${this.#errors}`))
      late = setTimeout(() => fail('stet serve printed no login link'), PATIENCE)
      this.#child.once('error', reject)
      this.#child.once('exit', (code) => fail(`stet serve ended with code ${code}`))
      // Read to the end, so that the service is never held up.
      createInterface(this.#child.stdout).on('line', (line) => {
        const printed = line.match(/http:\S+\/login\?token=\S+/)?.[0]
        if (printed) resolve(printed)
      })
    })
    return link.finally(() => clearTimeout(late))
  }
}

/** What a user's shell has, without a database or settings of the one who runs the tests. */
function environment() {
  const kept = Object.entries(process.env).filter(
    ([name]) => name !== 'DATABASE_URL' && !name.startsWith('STET_'),
  )
  return Object.fromEntries(kept)
}
