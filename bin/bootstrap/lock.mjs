import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { HOME, SetUpError, say } from './say.mjs'

const FILE = path.join(HOME, 'lock')
const BEAT_MS = 1000
/** A holder touches its lock every second: one this old belongs to a process that was killed. */
const STALE_MS = 15_000

/**
 * Runs alone among all bootstraps of this checkout: others wait.
 * @template T
 * @param {() => Promise<T>} run
 * @returns {Promise<T>}
 */
export async function alone(run) {
  await takeLock()
  const beat = setInterval(touch, BEAT_MS)
  try {
    return await run()
  } finally {
    clearInterval(beat)
    rmSync(FILE, { force: true })
  }
}

async function takeLock() {
  let told = false
  while (!tryLock()) {
    if (ageMs() > STALE_MS) removeStale()
    if (!told) say(`waiting for another set-up of this checkout (process ${holder()})`)
    told = true
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

/** The lock appears with its content or not at all: `link` refuses when there is one. */
function tryLock() {
  makeHome()
  const draft = `${FILE}.new-${process.pid}`
  try {
    writeFileSync(draft, String(process.pid))
    linkSync(draft, FILE)
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw refused(error)
  } finally {
    rmSync(draft, { force: true })
  }
}

function makeHome() {
  try {
    mkdirSync(HOME, { recursive: true })
  } catch (error) {
    throw refused(error)
  }
}

function refused(error) {
  const mend = 'Free space, or make the checkout writable for this user, then try again.'
  return new SetUpError(`cannot write to ${HOME} (${error.code}). ${mend}`)
}

/** Of two that see one stale lock, the slower may move the quicker one's new lock: it puts that back. */
function removeStale() {
  const aside = `${FILE}.${process.pid}`
  try {
    renameSync(FILE, aside)
    if (Date.now() - statSync(aside).mtimeMs <= STALE_MS) renameSync(aside, FILE)
    rmSync(aside, { force: true })
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
  }
}

function touch() {
  try {
    utimesSync(FILE, new Date(), new Date())
  } catch {
    // Taken away while this machine slept: the set-up goes on, and npm's own writes are whole.
  }
}

function ageMs() {
  try {
    return Date.now() - statSync(FILE).mtimeMs
  } catch {
    return 0
  }
}

function holder() {
  try {
    return readFileSync(FILE, 'utf8')
  } catch {
    return 'unknown'
  }
}
