import { setTimeout as wait } from 'node:timers/promises'
import { Redis } from 'ioredis'
import type { Installation, Target } from './installation.ts'
import { Part } from './part.ts'
import { ask } from './postgres-part.ts'
import type { Dice } from './random.ts'

export interface KillerOptions {
  /** How many kills; 0: none. */
  kills: number
  /** Milliseconds between two blows, the least and the most. */
  gapMs: readonly [number, number]
  dice: Dice
  /** Told of every blow. */
  note(blow: string): void
}

/** How often something else than a kill happens between two kills. */
const OTHER_BLOWS = 0.3

/** Kills at random until the number is reached or the signal says so, with other blows in between. Gives the number of kills. */
export async function killAtRandom(
  installation: Installation,
  { kills, gapMs, dice, note }: KillerOptions,
  signal: AbortSignal,
): Promise<number> {
  let done = 0
  while (done < kills && !signal.aborted) {
    await wait(dice.between(...gapMs))
    if (dice.happens(OTHER_BLOWS)) note(await otherBlow(installation, dice))
    const victim = pickVictim(installation, dice)
    if (!victim || signal.aborted) continue
    victim.kill()
    note(`kill -9 ${victim.name}`)
    done += 1
  }
  return done
}

/** Whoever is running, ready or not; who is down waits for the supervisor. */
function pickVictim({ targets }: Installation, dice: Dice): Target | undefined {
  const alive = targets.filter(({ target }) => target.pid !== undefined)
  let place = dice.roll() * alive.reduce((sum, { weight }) => sum + weight, 0)
  return alive.find(({ weight }) => {
    place -= weight
    return place < 0
  })?.target
}

async function otherBlow(installation: Installation, dice: Dice): Promise<string> {
  const { redisPort, gateway, outages } = installation
  const kinds = ['connections', 'pause', ...(redisPort === undefined ? [] : ['flush'])]
  const kind = dice.pick(['connections', ...kinds])
  if (kind === 'connections') return endConnections(installation, dice)
  if (kind === 'flush' && redisPort !== undefined) return flush(redisPort)
  const part = gateway[Math.floor(dice.roll() * gateway.length)]
  if (!(part instanceof Part)) return 'nothing'
  const ms = Math.round(dice.between(500, 3000))
  void part.pause(ms).then(() => outages.note(part.name))
  return `pause ${part.name} ${ms} ms`
}

/** Ends connections to the database, those in a transaction first of all. */
async function endConnections({ database }: Installation, dice: Dice): Promise<string> {
  const others = `datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`
  const some = dice.happens(0.5) ? "and state <> 'idle'" : `and pid % 3 = ${Math.floor(dice.roll() * 3)}`
  const ended = await ask(
    database,
    `select pg_terminate_backend(pid) from pg_stat_activity where ${others} ${some}`,
  )
  return `end ${ended?.length ?? 'no'} database connections`
}

async function flush(port: number): Promise<string> {
  const redis = new Redis({
    host: '127.0.0.1',
    port,
    lazyConnect: true,
    maxRetriesPerRequest: 1,
    retryStrategy: null,
  })
  redis.on('error', () => {})
  try {
    await redis.connect()
    await redis.flushall()
    return 'FLUSHALL'
  } catch {
    return 'FLUSHALL, and no Redis'
  } finally {
    redis.disconnect()
  }
}
