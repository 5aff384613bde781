import { setTimeout as wait } from 'node:timers/promises'
import type { Fault } from './faults.ts'
import { makeHouseholds } from './households.ts'
import { type Backend, type Installation, startInstallation } from './installation.ts'
import { killAtRandom } from './killer.ts'
import { type MemorySamples, watchMemory } from './memory.ts'
import { type Dice, diceOf } from './random.ts'
import { judgeMemory, judgeProcesses, judgeVisitors } from './verdict.ts'
import { Visitor } from './visitor.ts'

export interface CrashTest {
  backend: Backend
  customers: number
  kills: number
  /** How long kills and arrivals are spread; by the number of kills, when absent. */
  seconds: number | undefined
  seed: string
  faults: readonly Fault[]
  /** So many customers meet no fault, and every other one meets one of the faults for ever. 0: all meet faults that pass. */
  innocent: number
  /** How long everything may take to heal when the kills are over. */
  quietSeconds: number
  /** How long a process of the gateway may take until it is ready again. */
  readySeconds: number
  /** How long an access token of the utility lives. */
  tokenSeconds: number
  say(line: string): void
}

export interface CrashReport {
  faults: string[]
  exact: number
  endedAtUtility: number
  kills: Record<string, number>
  blows: string[]
  faultCounts: Record<string, number>
  refreshes: number
  killSeconds: number
  healSeconds: number
  /** The longest that a gateway process took until it was ready again. */
  readyMs: number
  deaths: number
  memory: MemorySamples[]
  /** Seconds until the data of each innocent customer was complete, by username. */
  innocents: Record<string, number | undefined>
}

const GAP_MS = [300, 3000] as const
const FAULT_PROBABILITY = 0.15
const RENEW_EVERY_MS = 8000
const HISTORY = { days: 36, reach: 720 }
/** Shorter runs cannot tell growth from warming up. */
const LONG_MS = 10 * 60_000

/** The whole test: starts an installation, strikes it while customers arrive, waits until it is quiet, compares. */
export async function runCrashTest(test: CrashTest): Promise<CrashReport> {
  const households = makeHouseholds({ ...HISTORY, seed: test.seed, count: test.customers, now: new Date() })
  const installation = await startInstallation({ ...test, households })
  try {
    const gapMs = gapsOf(test)
    const spreadMs = Math.max(
      3000,
      test.seconds === undefined ? (test.kills * (gapMs[0] + gapMs[1])) / 2 : test.seconds * 1000,
    )
    const visitors = households.map((household, number) => {
      const isInnocent = number < 2 * Math.floor(test.innocent / 2) || (number === 0 && test.innocent === 1)
      const way = Math.floor(number / 2) % 2 === 0 ? 'self-access' : 'share'
      return new Visitor(installation.url, { household, way, isInnocent, number })
    })
    planFaults(test, visitors, installation)
    return await strike(test, { installation, visitors, gapMs, spreadMs })
  } finally {
    await installation.stop()
  }
}

function gapsOf({ seconds, kills }: CrashTest): readonly [number, number] {
  if (seconds === undefined || kills === 0) return GAP_MS
  const mean = (seconds * 1000) / kills
  return [0.2 * mean, 1.8 * mean]
}

function planFaults(
  { faults, innocent, seed }: CrashTest,
  visitors: readonly Visitor[],
  { utility }: Installation,
): void {
  const [first, ...others] = faults
  const dice = diceOf(seed, 'faults')
  if (!first) return
  if (innocent === 0) {
    utility.plan.scatter(faults, FAULT_PROBABILITY, dice)
    return
  }
  for (const { isInnocent, household } of visitors) {
    if (!isInnocent) utility.plan.assign(household.username, dice.pick([first, ...others]))
  }
}

interface Struck {
  installation: Installation
  visitors: readonly Visitor[]
  gapMs: readonly [number, number]
  spreadMs: number
}

async function strike(
  test: CrashTest,
  { installation, visitors, gapMs, spreadMs }: Struck,
): Promise<CrashReport> {
  const { say, kills, seed, quietSeconds } = test
  const memory = watchMemory([
    ...installation.gateway,
    ...installation.targets.map(({ target }) => target).filter(({ name }) => name === 'postgres'),
  ])
  const blows: string[] = []
  const from = Date.now()
  const over = new AbortController()
  const deadline = from + spreadMs * 2 + quietSeconds * 1000
  const arrivals = arriveOneByOne(visitors, { from, spreadMs, deadline, dice: diceOf(seed, 'arrivals') })
  const renewing = renewAll(visitors, deadline, over.signal)
  const note = (blow: string): void => {
    blows.push(`${((Date.now() - from) / 1000).toFixed(1)} s: ${blow}`)
    if (blows.length % 20 === 0) say(`  ${blows.at(-1)} (${blows.length} blows)`)
  }
  await killAtRandom(installation, { kills, gapMs, dice: diceOf(seed, 'kills'), note }, over.signal)
  await wait(Math.max(0, from + spreadMs - Date.now()))
  over.abort()
  installation.utility.plan.off()
  const killSeconds = (Date.now() - from) / 1000
  say(`The kills are over after ${Math.round(killSeconds)} s; waiting until it is quiet`)
  const quietFrom = Date.now()
  // A customer whose utility always failed may have used up the passwords of an hour: nobody waits for that.
  const late = wait(quietSeconds * 1000, undefined, { ref: false })
  await Promise.race([Promise.all([arrivals, renewing]), late])
  await untilQuiet(installation, visitors, quietFrom + quietSeconds * 1000)
  const healSeconds = (Date.now() - quietFrom) / 1000
  memory.stop()
  const judged = { deadline: Date.now() + 30_000, isLasting: test.innocent > 0 }
  const { faults, exact, endedAtUtility } = await judgeVisitors(visitors, installation, judged)
  const tooBig = Date.now() - from > LONG_MS ? judgeMemory(memory.samples) : []
  return {
    faults: [...judgeProcesses(installation, test.readySeconds * 1000), ...tooBig, ...faults],
    exact,
    endedAtUtility,
    kills: Object.fromEntries(installation.targets.map(({ target }) => [target.name, target.kills])),
    blows,
    faultCounts: Object.fromEntries(installation.utility.plan.counts),
    refreshes: visitors.reduce((sum, visitor) => sum + visitor.refreshes, 0),
    killSeconds,
    healSeconds,
    readyMs: Math.max(0, ...installation.gateway.flatMap(({ readyAfter }) => readyAfter.slice(1))),
    deaths: installation.gateway.reduce((sum, { deaths }) => sum + deaths.length, 0),
    memory: memory.samples,
    innocents: Object.fromEntries(
      visitors
        .filter(({ isInnocent }) => isInnocent)
        .map(({ household, completeSeconds }) => [household.username, completeSeconds]),
    ),
  }
}

/** Customers come while the kills go on, the last one before they end. */
async function arriveOneByOne(
  visitors: readonly Visitor[],
  { from, spreadMs, deadline, dice }: { from: number; spreadMs: number; deadline: number; dice: Dice },
): Promise<void> {
  const moments = visitors.map(() => from + dice.roll() * spreadMs * 0.8)
  await Promise.all(
    visitors.map(async (visitor, index) => {
      await wait(Math.max(0, (moments[index] ?? 0) - Date.now()))
      await visitor.arrive(deadline)
    }),
  )
}

/** Apps renew their tokens again and again, kills or no kills. */
async function renewAll(visitors: readonly Visitor[], deadline: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await wait(RENEW_EVERY_MS)
    await Promise.all(visitors.filter(({ way }) => way === 'share').map((visitor) => visitor.renew(deadline)))
  }
}

/** Until no grant is pending and every process is ready, or the time is over. */
async function untilQuiet(
  { targets }: Installation,
  visitors: readonly Visitor[],
  deadline: number,
): Promise<void> {
  const loading = new Set(visitors)
  while (Date.now() < deadline) {
    for (const visitor of loading) {
      const grants = await visitor.app.grants(Date.now()).catch(() => undefined)
      if (grants && !grants.some(({ status }) => status === 'pending')) loading.delete(visitor)
    }
    if (loading.size === 0 && targets.every(({ target }) => target.isUp)) return
    await wait(1000)
  }
}
