import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import type { UtilityProfile } from '../../src/utility/profile.ts'
import { afterThisFile } from '../support/clean-up.ts'
import { freePort, startGateway, type TestGateway } from '../support/gateway.ts'
import { freshDatabase } from '../support/postgres.ts'
import { postgresBackendIn } from '../support/queue-backends.ts'
import { App } from './app.ts'
import { Caller } from './caller.ts'
import { compareUsage, isExact, isRightPart } from './compare.ts'
import * as faults from './faults.ts'
import { changed, encoded, type Fault, redirect, status } from './faults.ts'
import { type HostileUtility, startHostileUtility } from './hostile-utility.ts'
import { type Household, makeHouseholds } from './households.ts'
import { consent, selfAccess } from './sign-in.ts'

/** The adapters with limits that a test can reach. */
vi.mock('../../adapters/index.ts', async (original) => {
  const { utilities } = await original<{ utilities: UtilityProfile[] }>()
  const limits = { feedBytes: 16 * 1024 * 1024, feedSeconds: FEED_SECONDS, daysOfHistory: 180 }
  return { utilities: utilities.map((utility) => ({ ...utility, limits: { ...utility.limits, ...limits } })) }
})
const FEED_SECONDS = vi.hoisted(() => 4)

/** How long a utility may answer 202. */
const NOT_YET_MS = 5_000
const RETRY = { attempts: 4, backoffMs: 100, preparingMs: NOT_YET_MS }
const HOUSEHOLDS = { seed: 'faults', days: 20, reach: 150 }
/** Within this, a customer without faults has everything, whatever others at the same utility meet. */
const INNOCENT_MS = 15_000
/** A row's own customer: all tries, each up to the time-out of a feed. */
const SETTLED_MS = (RETRY.attempts + 1) * FEED_SECONDS * 1000
const MEMORY_BYTES = 400 * 1024 * 1024

interface Row {
  fault: Fault
  /** How many times; for ever, when absent. */
  times?: number
  /** What becomes of the grant. */
  status: 'active' | 'partial' | 'delayed' | 'pending'
  /** Requests for data that the fault may cost beyond those of a run without faults; of a run that fails, all of them. */
  requests: number
  /** What the log says of it. */
  says?: RegExp
}

const RETRIED: Row[] = [
  { fault: status(401), times: 1, status: 'active', requests: 1 },
  { fault: status(403), times: 1, status: 'active', requests: 1 },
  { fault: status(500), times: 3, status: 'active', requests: 3 },
  { fault: status(202, 1), times: 2, status: 'active', requests: 2 },
  { fault: faults.resetBefore, times: 2, status: 'active', requests: 2 },
  { fault: faults.resetAfter, times: 2, status: 'active', requests: 2 },
  { fault: faults.truncated, times: 2, status: 'active', requests: 2 },
  { fault: faults.wrongLength(100), times: 2, status: 'active', requests: 2 },
  { fault: faults.wrongLength(-100), times: 2, status: 'active', requests: 2 },
  { fault: faults.html, times: 2, status: 'active', requests: 2 },
  { fault: faults.garbage, times: 2, status: 'active', requests: 2 },
  { fault: faults.emptyBody, times: 2, status: 'active', requests: 2 },
  { fault: faults.silent, times: 1, status: 'active', requests: 1 },
  { fault: faults.slowLoris, times: 1, status: 'active', requests: 1 },
]

const READ: Row[] = [
  { fault: faults.utf16, status: 'active', requests: 0 },
  { fault: encoded('GZIP', gzipSync), status: 'active', requests: 0 },
  { fault: encoded('gzip', gzipSync), status: 'active', requests: 0 },
  { fault: encoded('x-gzip', gzipSync), status: 'active', requests: 0 },
  { fault: encoded('identity'), status: 'active', requests: 0 },
]

/** Twice what one run costs: where the first run has failed before the app asks for its token, that begins another. */
const WITHOUT_RETRY: Row[] = [
  { fault: status(403), status: 'delayed', requests: 4, says: /answered 403/ },
  { fault: status(404), status: 'delayed', requests: 2, says: /answered 404/ },
  { fault: status(410), status: 'delayed', requests: 2, says: /answered 410/ },
  {
    fault: redirect('http://169.254.169.254/latest'),
    status: 'delayed',
    requests: 2,
    says: /gave a URL on 169\.254/,
  },
  {
    fault: redirect('http://127.0.0.1:1/'),
    status: 'delayed',
    requests: 2,
    says: /gave a URL on 127\.0\.0\.1:1/,
  },
  {
    fault: redirect('file:///etc/passwd'),
    status: 'delayed',
    requests: 2,
    says: /of a kind that is not asked/,
  },
  { fault: redirect('http://user@127.0.0.1/'), status: 'delayed', requests: 2, says: /with a user name/ },
  { fault: redirect('itself'), status: 'delayed', requests: 8, says: /answered 302/ },
]

const GIVEN_UP: Row[] = [
  { fault: status(401), status: 'delayed', requests: 2 * RETRY.attempts, says: /answered 401/ },
  { fault: status(500), status: 'delayed', requests: RETRY.attempts, says: /answered 500/ },
  {
    fault: { ...faults.resetBefore, on: ['usage', 'customer'] },
    status: 'delayed',
    requests: RETRY.attempts,
    says: /could not be asked/,
  },
  {
    fault: faults.truncated,
    status: 'delayed',
    requests: RETRY.attempts,
    says: /could not be asked|not a feed/,
  },
  { fault: faults.html, status: 'delayed', requests: RETRY.attempts, says: /not a feed/ },
  { fault: faults.garbage, status: 'delayed', requests: RETRY.attempts, says: /not a feed/ },
  { fault: faults.emptyBody, status: 'delayed', requests: RETRY.attempts, says: /not a feed/ },
  { fault: faults.doctype, status: 'delayed', requests: RETRY.attempts, says: /not a feed: .*DOCTYPE/ },
  { fault: faults.gzipBomb, status: 'delayed', requests: RETRY.attempts, says: /larger than|not a feed/ },
  {
    fault: faults.endless,
    status: 'delayed',
    requests: RETRY.attempts,
    says: /larger than|too large|not a feed/,
  },
  {
    fault: faults.silent,
    status: 'delayed',
    requests: RETRY.attempts,
    says: /the time for this request .* is up|TIMEOUT/,
  },
]

/** Their utility must not stop for the others: each has a gateway of its own, so that a queue that stops stops one row. */
/** A utility of their own for each: three customers who meet these within a minute pause it. */
const PAUSING: Row[] = [
  { fault: status(503), times: 2, status: 'active', requests: 2 },
  { fault: status(429), times: 2, status: 'active', requests: 2 },
  { fault: status(503, 1), times: 2, status: 'active', requests: 2 },
  { fault: status(429, 1), times: 2, status: 'active', requests: 2 },
  { fault: status(503, 'Wed, 21 Oct 2015 07:28:00 GMT'), times: 1, status: 'active', requests: 1 },
  { fault: status(503, 3600), times: 1, status: 'pending', requests: 1 },
  { fault: status(503, 3600), status: 'pending', requests: 1 },
  { fault: status(429, 86_400), times: 1, status: 'pending', requests: 1 },
  { fault: status(404, 5), status: 'delayed', requests: 2, says: /answered 404/ },
  { fault: status(429, 1), status: 'delayed', requests: RETRY.attempts, says: /answered 429/ },
  { fault: status(503, 1), status: 'delayed', requests: RETRY.attempts, says: /answered 503/ },
]

interface Place {
  test: TestGateway
  utility: HostileUtility
  take(): Household
}

let places = 0

/** A gateway with its worker in front of a hostile utility, with customers that nobody has used. */
async function open(tokenSeconds = 3600): Promise<Place> {
  const households = makeHouseholds({ ...HOUSEHOLDS, count: 400, now: new Date() })
  // All through one of the utilities: they share its queue.
  const left = households.filter(({ utilityId }) => utilityId === 'sandbox-utilityapi')
  const port = await freePort()
  const publicUrl = `http://localhost:${port}`
  const folder = mkdtempSync(path.join(tmpdir(), 'gbcds-households-'))
  afterThisFile(() => rmSync(folder, { recursive: true, force: true }))
  const utility = await startHostileUtility({ households, folder, publicUrl, tokenSeconds })
  afterThisFile(utility.close)
  const fresh = await freshDatabase(`fault_table_${++places}`)
  const queue = await postgresBackendIn(fresh)
  const env = { PORT: String(port), SANDBOX_URL: utility.url, TRUST_PROXY: '1' }
  const test = await startGateway({ database: fresh.database, queue, env, retry: RETRY })
  const take = (): Household => {
    const next = left.shift()
    if (!next) throw new Error('no household is left')
    return next
  }
  return { test, utility, take }
}

let addresses = 0
const newAddress = (): string => `10.0.${(addresses >> 8) & 255}.${addresses++ & 255}`

interface Customer {
  app: App
  household: Household
  grantId: string
  token: string
}

/** Registers an app and signs the household in. */
async function arrive({ test }: Place, household: Household): Promise<Customer> {
  const app = new App(test.url, newAddress())
  const deadline = Date.now() + 20_000
  await app.register(deadline)
  await selfAccess(app, household, deadline)
  const token = await app.token(app.of('cds_query_usage'), { grant_type: 'client_credentials' })
  return { app, household, grantId: token.cds_grant_ids?.[0] ?? '', token: token.access_token }
}

/** Waits until the grant is no longer pending; says whether it ever promised a time that was over. */
async function settled({ app, grantId }: Customer, withinMs: number) {
  const end = Date.now() + withinMs
  let etaWasOver = false
  for (;;) {
    const asked = Math.floor(Date.now() / 1000) * 1000
    const grant = (await app.grants(end)).find((each) => each.grant_id === grantId)
    if (grant?.status !== 'pending') return { status: grant?.status, etaWasOver }
    etaWasOver ||= grant.eta === null || Date.parse(grant.eta) < asked
    if (Date.now() > end) return { status: 'pending', etaWasOver }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

async function read({ app, household, token }: Customer) {
  const listing = { token, deadline: Date.now() + 10_000 }
  const segments = await app.list('usage_segments', '/cds/v1/usage-segments', listing)
  return compareUsage(segments, household.truth)
}

/** What ended a process if it were one of its own. */
const uncaught: string[] = []
process.on('uncaughtException', (error) => uncaught.push(error.message))

/** The most memory beyond what there was before. */
function watchMemory(): () => number {
  const before = process.memoryUsage.rss()
  let most = before
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss())
  }, 50)
  return () => {
    clearInterval(timer)
    return most - before
  }
}

/** Requests of a run in which nothing goes wrong: customer, usage points, two windows of readings. */
const PLAIN = 4

/** A step that ends in the very moment in which the app gets its token may be taken a second time, which changes nothing. */
const isPlain = (requests: number): boolean => requests === PLAIN || requests === PLAIN + 1

/** One customer meets the fault, and another of the same utility, who comes right after, does not. */
async function check(place: Place, row: Row): Promise<void> {
  const { utility, test } = place
  uncaught.length = 0
  const [guilty, innocent] = [place.take(), place.take()]
  utility.plan.assign(guilty.username, row.fault, row.times)
  const lines = test.lines.length
  const memory = watchMemory()
  const customer = await arrive(place, guilty)
  const other = await arrive(place, innocent)
  expect
    .soft(await settled(other, INNOCENT_MS), 'the innocent customer')
    .toEqual({ status: 'active', etaWasOver: false })
  const waits = row.status === 'pending' ? 3000 : SETTLED_MS
  expect.soft(await settled(customer, waits)).toEqual({ status: row.status, etaWasOver: false })
  utility.plan.forget(guilty.username)
  expect.soft(memory()).toBeLessThan(MEMORY_BYTES)
  expect.soft(uncaught, 'a process would have ended').toEqual([])
  expect.soft(utility.requestsOf(innocent.username), 'requests for the innocent').toSatisfy(isPlain)
  const whole = row.status === 'active' ? PLAIN + 1 : 0
  expect.soft(utility.requestsOf(guilty.username)).toBeLessThanOrEqual(whole + row.requests)
  if (row.status === 'active') expect.soft(await read(customer)).toSatisfy(isExact)
  expect.soft(await read(customer)).toSatisfy(isRightPart)
  expect.soft(await read(other), 'the innocent customer').toSatisfy(isExact)
  const log = test.lines.slice(lines).join('')
  if (row.says) expect.soft(log).toMatch(row.says)
  expect.soft(log, 'nothing of what the utility sent').not.toMatch(/<html|<feed|Maintenance|no feed <<</)
}

const titled = (rows: Row[]): [string, Row][] =>
  rows.map((row) => [`${row.fault.name}${row.times === undefined ? ', always' : ` ${row.times}×`}`, row])

describe('what a utility answers to one customer, and what becomes of it', { timeout: 60_000 }, () => {
  let place: Place
  beforeAll(async () => {
    place = await open()
    const first = await arrive(place, place.take())
    expect(await settled(first, 2 * SETTLED_MS)).toMatchObject({ status: 'active' })
    expect(await read(first)).toSatisfy(isExact)
    expect(place.utility.requestsOf(first.household.username)).toSatisfy(isPlain)
  })

  it.each(titled(RETRIED))('%s: asked again, complete', (_name, row) => check(place, row))
  it.each(titled(READ))('%s: read as it says', (_name, row) => check(place, row))
  it.each(titled(WITHOUT_RETRY))('%s: not asked again, the grant is delayed', (_name, row) =>
    check(place, row),
  )
  it.each(titled(GIVEN_UP))('%s: given up after some tries, the grant is delayed', (_name, row) =>
    check(place, row),
  )

  it.each([
    encoded('deflate', deflateSync),
    encoded('br', brotliCompressSync),
    encoded('UTF-8'),
    encoded('made-up'),
  ])('$name: decoded, or refused by that name; nothing ends', async (fault) => {
    uncaught.length = 0
    const household = place.take()
    place.utility.plan.assign(household.username, fault)
    const lines = place.test.lines.length
    const customer = await arrive(place, household)
    const { status } = await settled(customer, SETTLED_MS)
    expect.soft(uncaught, 'a process would have ended').toEqual([])
    const log = place.test.lines.slice(lines).join('')
    if (status === 'active') expect(await read(customer)).toSatisfy(isExact)
    else expect([status, log]).toEqual(['delayed', expect.stringMatching(/encoding/i)])
  })

  it('204 always: complete, and empty', async () => {
    const household = place.take()
    place.utility.plan.assign(household.username, status(204))
    const customer = await arrive(place, household)
    expect(await settled(customer, SETTLED_MS)).toMatchObject({ status: 'active' })
    expect(await read(customer)).toEqual({ missing: household.truth.size, wrong: 0, twice: 0, unknown: 0 })
  })

  it('a narrowed scope: the grant is partial and holds what was granted', async () => {
    const household = place.take()
    const days = 60
    const narrowed = `FB=1_3_4_5_8_13_18_19_34_35_39_46_51;IntervalDuration=900_3600;BlockDuration=daily;HistoryLength=${days * 86_400};SubscriptionFrequency=daily`
    place.utility.plan.assign(household.username, faults.grantedScope('narrowed scope', narrowed), 1)
    const customer = await arrive(place, household)
    expect(await settled(customer, SETTLED_MS)).toMatchObject({ status: 'partial' })
    const since = Date.now() / 1000 - (days + 2) * 86_400
    const recent = [...household.truth.keys()].filter((at) => at > since).length
    const difference = await read(customer)
    expect(difference).toSatisfy(isRightPart)
    expect(household.truth.size - difference.missing).toBeGreaterThan(0)
    expect(household.truth.size - difference.missing).toBeLessThanOrEqual(recent)
  })

  it('four customers with slow bodies hold up nobody else at their utility', async () => {
    const slow = Array.from({ length: 4 }, () => place.take())
    for (const { username } of slow) place.utility.plan.assign(username, faults.slowLoris)
    const customers = await Promise.all(slow.map((household) => arrive(place, household)))
    const innocent = await arrive(place, place.take())
    // Each of the four ends by itself after so long; nobody waits for all their tries.
    expect.soft(await settled(innocent, 4 * FEED_SECONDS * 1000)).toMatchObject({ status: 'active' })
    for (const customer of customers)
      expect.soft(await settled(customer, 2 * SETTLED_MS)).toMatchObject({ status: 'delayed' })
    for (const { username } of slow) place.utility.plan.forget(username)
  })

  const pages: Fault[] = [
    ...[401, 403, 404, 429, 500, 503].map((code) => status(code)),
    status(202, 1),
    faults.html,
    faults.garbage,
    faults.doctype,
    encoded('UTF-8'),
    redirect('http://169.254.169.254/'),
    changed('an empty answer', (answer) => ({ ...answer, body: Buffer.alloc(0), headers: {} })),
  ]
  it.each(pages)('in a consent, $name to the customer feed is a page with words', async (fault) => {
    uncaught.length = 0
    const household = place.take()
    place.utility.plan.assign(household.username, fault)
    const app = new App(place.test.url, newAddress())
    await app.register(Date.now() + 10_000)
    const browser = new Caller(app.caller.address)
    const seen: Awaited<ReturnType<Caller['look']>>[] = []
    const visit = async (...asked: Parameters<Caller['look']>) => {
      const answer = await browser.look(...asked)
      seen.push(answer)
      return answer
    }
    await expect(consent(app, household, visit)).rejects.toThrow()
    const last = seen.at(-1)
    expect.soft(uncaught, 'a process would have ended').toEqual([])
    // §9.1.2: a feed that is being prepared is no fault, its page asks again.
    expect.soft(last?.status).toBe(fault.name.startsWith('202') ? 202 : 503)
    expect.soft(last?.headers.get('content-type')).toMatch(/^text\/html/)
    expect.soft(last?.text).toMatch(/<h1/)
  })
})

describe.each(titled(PAUSING))('%s to one customer', (_name, row) => {
  it('delays that customer alone', async () => {
    await check(await open(), row)
  }, 60_000)
})

describe('429 to several customers of a utility', () => {
  it('pauses the utility for a while, with a note, and everybody is complete afterwards', async () => {
    const place = await open()
    const met = [place.take(), place.take(), place.take()]
    for (const { username } of met) place.utility.plan.assign(username, status(429), 1)
    const customers = await Promise.all(met.map((household) => arrive(place, household)))
    await expect
      .poll(() => place.test.lines.join('').includes('the utility is paused'), { timeout: 10_000 })
      .toBe(true)
    const before = met.map(({ username }) => place.utility.requestsOf(username))
    const other = await arrive(place, place.take())
    // Nobody is asked for during the pause, the one who came later neither.
    expect(await settled(other, 3_000)).toMatchObject({ status: 'pending', etaWasOver: false })
    expect(met.map(({ username }) => place.utility.requestsOf(username))).toEqual(before)
    expect(place.utility.requestsOf(other.household.username)).toBe(0)
    for (const customer of [...customers, other]) {
      expect(await settled(customer, 60_000)).toMatchObject({ status: 'active' })
      expect(await read(customer)).toSatisfy(isExact)
    }
  }, 120_000)
})

describe('202', () => {
  it('for ever ends: the grant is delayed, nobody else waits', async () => {
    const place = await open()
    const requests = Math.ceil(NOT_YET_MS / 1000) + RETRY.attempts
    const row: Row = { fault: status(202, 1), status: 'delayed', requests }
    await check(place, row)
  }, 60_000)
})

describe('a refresh whose answer is lost', () => {
  it('costs nothing where the refresh token is good for more than once', async () => {
    const place = await open(30)
    const household = makeHouseholds({ ...HOUSEHOLDS, count: 1, now: new Date() })[0]!
    place.utility.plan.assign(household.username, faults.lostRefresh, 1)
    const customer = await arrive(place, household)
    expect(await settled(customer, SETTLED_MS)).toMatchObject({ status: 'active' })
    expect(await read(customer)).toSatisfy(isExact)
  }, 60_000)

  it('with a refresh token that works once: delayed or complete, never stopped, and nothing read is wrong', async () => {
    const place = await open(30)
    const household = place.take()
    place.utility.plan.assign(household.username, faults.lostRefresh, 1)
    const customer = await arrive(place, household)
    const { status } = await settled(customer, SETTLED_MS)
    expect(['active', 'delayed']).toContain(status)
    expect(await read(customer)).toSatisfy(isRightPart)
  }, 60_000)
})
