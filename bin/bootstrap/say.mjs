import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout. */
export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..')

/** What the bootstrap keeps: Node.js 24, its lock, and what Node.js compiled. */
export const HOME = path.join(ROOT, '.bootstrap')

/** Set-up failed; the message says what, and how to mend it. */
export class SetUpError extends Error {}

/** @param {string} line */
export function say(line) {
  process.stderr.write(`gbcds: ${line}\n`)
}

/**
 * Says what begins, and afterwards how long it took.
 * @template T
 * @param {string} what
 * @param {() => Promise<T>} run
 * @returns {Promise<T>}
 */
export async function timed(what, run) {
  const start = Date.now()
  say(`${what} …`)
  const result = await run()
  say(`${what}: done in ${((Date.now() - start) / 1000).toFixed(1)} s`)
  return result
}
