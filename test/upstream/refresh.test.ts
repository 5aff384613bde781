import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fixedClock } from '../../src/shared/clock.ts'
import { newId, type UtilityAuthorizationId } from '../../src/shared/ids.ts'
import { openDatabase, openPool } from '../../src/store/database.ts'
import { utilityAuthorizationStore } from '../../src/store/utility-authorizations.ts'
import { freshAccessToken } from '../../src/upstream/fresh-token.ts'
import type { UtilityAuthorizationStore } from '../../src/upstream/stores.ts'
import type { TokenSet } from '../../src/upstream/token-set.ts'
import { afterThisFile } from '../support/clean-up.ts'
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts'
import { type Answer, json, text, utilityServer } from './utility-server.ts'

const server = await utilityServer()
const key = randomBytes(32)
const sealKeys = { current: 'k1', keys: new Map([['k1', key]]) }
const NOW = '2026-03-01T12:00:00Z'
const clock = fixedClock(NOW)
const ENDED = new Date('2026-03-01T11:00:00Z')
const ENDING = new Date('2026-03-01T12:00:30Z')

let fresh: FreshDatabase
let store: UtilityAuthorizationStore
let elsewhere: UtilityAuthorizationStore
beforeAll(async () => {
  fresh = await freshDatabase('refresh')
  store = utilityAuthorizationStore(fresh.database, { newId, sealKeys })
  const pool = openPool(fresh.address)
  for (const each of [pool, fresh.pool]) {
    each.on('error', () => {})
    // A connection may be handed out in the moment in which the server ends it.
    each.on('connect', (client) => client.on('error', () => {}))
  }
  afterThisFile(() => pool.end())
  elsewhere = utilityAuthorizationStore(openDatabase(pool), { newId, sealKeys })
})

/** A custodian with strict one-time refresh tokens: `good` is the only one it takes. `before` runs while it holds its answer back. */
function strictUtility(before: (request: number) => unknown = () => {}) {
  const state = { good: 'rt-1', rotations: 0, seen: [] as string[] }
  const answer: Answer = async (response, { form }) => {
    const sent = form.refresh_token ?? ''
    const number = state.seen.push(sent)
    const isGood = sent === state.good
    if (isGood) state.good = `rt-${++state.rotations + 1}`
    const given = { access_token: `at-${state.rotations + 1}`, refresh_token: state.good }
    await before(number)
    if (response.destroyed) return
    if (!isGood) return json(400, { error: 'invalid_grant' })(response, server.received[0]!)
    return json(200, { ...given, token_type: 'Bearer', expires_in: 3600 })(response, server.received[0]!)
  }
  server.answer = answer
  return state
}

const create = async (change: Partial<TokenSet> = {}) => {
  const tokens: TokenSet = {
    accessToken: 'at-1',
    refreshToken: 'rt-1',
    expiresAt: ENDED,
    scope: 'FB=4_5_46',
    resourceUri: null,
    authorizationUri: null,
    customerResourceUri: null,
    ...change,
  }
  const given = { utilityId: 'test-utility', environment: 'sandbox', tokens } as const
  return (await store.create(given, clock.now())).id
}

const ask = (id: UtilityAuthorizationId, of = store, refused?: string, more = {}) =>
  freshAccessToken(
    id,
    { store: of, getUtility: () => server.utility(), clock, network: server.deps.network, ...more },
    refused,
  )

const stored = (id: UtilityAuthorizationId) => store.findTokens(id)
const expireLease = (id: UtilityAuthorizationId) =>
  fresh.pool.query(
    `update utility_authorizations set refresh_lease_until = now() - interval '1 s' where id = $1`,
    [id],
  )
const fault = (promise: Promise<unknown>) =>
  promise.then(
    (value) => value,
    (error: unknown) => error,
  )

/** Asks in a process of its own. */
function askInProcess(id: UtilityAuthorizationId): ChildProcess {
  const script = path.join(import.meta.dirname, 'refresh-once.ts')
  const args = [script, JSON.stringify(fresh.address), key.toString('hex'), server.url, id, NOW]
  return spawn(process.execPath, args, { stdio: 'ignore' })
}

/** Resolves when the utility has this request before it, and holds back the answer until told. */
function held() {
  let arrived = () => {}
  let go = () => {}
  const here = new Promise<void>((resolve) => {
    arrived = resolve
  })
  const gate = new Promise<void>((resolve) => {
    go = resolve
  })
  return {
    here,
    go,
    hold: async () => {
      arrived()
      await gate
    },
  }
}

/** A process asks, the utility rotates the token, and the process is killed before it has the answer. */
async function killedInRefresh(change: Partial<TokenSet> = {}) {
  const id = await create(change)
  const answer = held()
  const utility = strictUtility(answer.hold)
  const child = askInProcess(id)
  const gone = new Promise((resolve) => child.once('exit', resolve))
  await answer.here
  child.kill('SIGKILL')
  await gone
  answer.go()
  utility.seen.length = 0
  return { id, utility }
}

beforeEach(() => {
  server.received.length = 0
})

describe('a one-time refresh token', () => {
  it('is sent once, however many ask in two processes, and all get its answer', async () => {
    const utility = strictUtility(() => wait(100))
    const id = await create()
    const asking = Array.from({ length: 50 }, (_, n) => ask(id, n % 2 ? store : elsewhere))
    expect(new Set(await Promise.all(asking))).toEqual(new Set(['at-2']))
    expect(utility.seen).toEqual(['rt-1'])
  })

  it('is sent once for many whose tokens live shorter than the leeway', async () => {
    let count = 0
    server.answer = json(200, {})
    server.answer = async (response, request) => {
      await wait(50)
      const given = { access_token: `short-${++count}`, refresh_token: `rt-${count}`, token_type: 'Bearer' }
      return json(200, { ...given, expires_in: 30 })(response, request)
    }
    const id = await create()
    const asking = Array.from({ length: 10 }, (_, n) => ask(id, n % 2 ? store : elsewhere))
    expect(new Set(await Promise.all(asking))).toEqual(new Set(['short-1']))
    expect(count).toBe(1)
  })

  it('is not waited for by those whose token still works', async () => {
    const answer = held()
    const utility = strictUtility(answer.hold)
    const id = await create({ expiresAt: ENDING })
    const renewing = ask(id)
    await answer.here
    expect(await ask(id, elsewhere)).toBe('at-1')
    answer.go()
    expect(await renewing).toBe('at-2')
    expect(utility.seen).toEqual(['rt-1'])
  })

  it('is sent while no transaction and no connection of the database waits for the answer', async () => {
    const sessions: unknown[] = []
    strictUtility(async () => {
      await wait(50)
      const { rows } = await fresh.pool.query(
        `select state, query from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
           and state <> 'idle'`,
      )
      sessions.push(...rows)
    })
    expect(await ask(await create())).toBe('at-2')
    expect(sessions).toEqual([])
  })

  it('survives that every connection to the database ends while the utility answers', async () => {
    const id = await create()
    strictUtility(async () => {
      await fresh.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
      )
    })
    expect(await ask(id, elsewhere)).toBe('at-2')
    expect(await stored(id)).toMatchObject({ tokens: { refreshToken: 'rt-2' }, lease: 'none' })
  })

  it('is stored as soon as a database that was away is back', async () => {
    const id = await create()
    strictUtility()
    let failures = 3
    const flaky = {
      ...store,
      keepRefreshed: (...given: Parameters<typeof store.keepRefreshed>) =>
        failures-- > 0 ? Promise.reject(new Error('terminating connection')) : store.keepRefreshed(...given),
    }
    expect(await ask(id, flaky)).toBe('at-2')
    expect(await stored(id)).toMatchObject({ tokens: { refreshToken: 'rt-2' } })
  })
})

describe('after a process was killed in a refresh', () => {
  it('the token still held is used to its end, and nothing is asked', async () => {
    const { id, utility } = await killedInRefresh({ expiresAt: ENDING })
    expect(await ask(id)).toBe('at-1')
    await expireLease(id)
    expect(await ask(id)).toBe('at-1')
    expect(utility.seen).toEqual([])
  })

  it('then the refresh token is tried once; refused, it is never sent again, and nothing is deleted', async () => {
    const { id, utility } = await killedInRefresh()
    await expireLease(id)
    expect(await fault(ask(id))).toMatchObject({ name: 'SignInNeededError', permanent: true })
    expect(utility.seen).toEqual(['rt-1'])
    expect(await stored(id)).toMatchObject({
      status: 'sign_in_needed',
      tokens: { accessToken: 'at-1', refreshToken: 'rt-1' },
    })
    expect(await fault(ask(id))).toMatchObject({ name: 'SignInNeededError' })
    expect(await fault(ask(id, elsewhere, 'at-1'))).toMatchObject({ name: 'SignInNeededError' })
    expect(utility.seen).toEqual(['rt-1'])
  })

  it('a utility that still takes the refresh token costs the customer nothing', async () => {
    const { id, utility } = await killedInRefresh()
    utility.good = 'rt-1'
    await expireLease(id)
    expect(await ask(id)).toBe('at-3')
    expect(await stored(id)).toMatchObject({ status: 'active', refreshUncertain: false })
  })

  it('whoever waits takes over when the lease has ended', async () => {
    const { id, utility } = await killedInRefresh()
    utility.good = 'rt-1'
    setTimeout(() => expireLease(id), 300)
    expect(await Promise.all([ask(id), ask(id, elsewhere)])).toEqual(['at-3', 'at-3'])
    expect(utility.seen).toEqual(['rt-1'])
  })

  it("a caller's time ends the waiting, not the refresh", async () => {
    const { id, utility } = await killedInRefresh()
    const error = await fault(ask(id, store, undefined, { signal: AbortSignal.timeout(50) }))
    expect(error).toMatchObject({ name: 'UpstreamError', permanent: false })
    expect(utility.seen).toEqual([])
    const answer = held()
    const other = strictUtility(answer.hold)
    const second = await create()
    const asking = ask(second, store, undefined, { signal: AbortSignal.timeout(50) })
    await answer.here
    await wait(80)
    answer.go()
    expect(await asking).toBe('at-2')
    expect(other.seen).toEqual(['rt-1'])
  })
})

describe('a late answer', () => {
  it('counts: who took over after it was given up goes on with its tokens', async () => {
    const answer = held()
    const utility = strictUtility((request) => (request === 1 ? answer.hold() : undefined))
    const id = await create()
    const late = ask(id)
    await answer.here
    await expireLease(id)
    // The second process is refused; before it says so, the first one has its answer after all.
    const second = ask(id, {
      ...elsewhere,
      endRefused: async (...given) => {
        answer.go()
        await late
        return elsewhere.endRefused(...given)
      },
    })
    expect(await Promise.all([late, second])).toEqual(['at-2', 'at-2'])
    expect(utility.seen).toEqual(['rt-1', 'rt-1'])
    expect(await stored(id)).toMatchObject({ status: 'active', lease: 'none', refreshUncertain: false })
  })

  it('revives an authorization that was already waiting for a sign-in', async () => {
    const answer = held()
    strictUtility((request) => (request === 1 ? answer.hold() : undefined))
    const id = await create()
    const late = ask(id)
    await answer.here
    await expireLease(id)
    expect(await fault(ask(id, elsewhere))).toMatchObject({ name: 'SignInNeededError' })
    answer.go()
    expect(await late).toBe('at-2')
    expect(await ask(id)).toBe('at-2')
    expect(await stored(id)).toMatchObject({ status: 'active', tokens: { refreshToken: 'rt-2' } })
  })

  it('is passed over when a later one was stored', async () => {
    const answer = held()
    const utility = strictUtility((request) => (request === 1 ? answer.hold() : undefined))
    const id = await create()
    const late = ask(id)
    await answer.here
    utility.good = 'rt-1'
    await expireLease(id)
    expect(await ask(id, elsewhere)).toBe('at-3')
    answer.go()
    expect(await late).toBe('at-3')
    expect(await stored(id)).toMatchObject({ tokens: { accessToken: 'at-3', refreshToken: 'rt-3' } })
  })
})

describe('a refresh without tokens', () => {
  it.each<[string, Answer]>([
    ['429', text(429)],
    ['400 invalid_scope', json(400, { error: 'invalid_scope' })],
    ['401 invalid_client', json(401, { error: 'invalid_client' })],
  ])('%s was certainly not processed: a refusal after it means withdrawn', async (_, answer) => {
    const id = await create()
    server.answer = answer
    expect(await fault(ask(id))).toMatchObject({ name: 'UpstreamError' })
    expect(await stored(id)).toMatchObject({ lease: 'none', refreshUncertain: false })
    server.answer = json(400, { error: 'invalid_grant' })
    expect(await fault(ask(id))).toMatchObject({ name: 'AuthorizationWithdrawnError' })
    expect(await stored(id)).toMatchObject({ status: 'withdrawn', tokens: undefined })
  })

  it('nor was one that could not be sent', async () => {
    const id = await create()
    const nobody = server.utility({ tokenUrl: 'http://127.0.0.1:1/token', hosts: ['127.0.0.1:1'] })
    const error = await fault(ask(id, store, undefined, { getUtility: () => nobody }))
    expect(error).toMatchObject({ name: 'NotSentError', permanent: false })
    expect(await stored(id)).toMatchObject({ lease: 'none', refreshUncertain: false })
  })

  it.each<[string, Answer]>([
    ['a reset', (response) => response.socket?.resetAndDestroy()],
    ['500', text(500)],
    ['200 with a page', text(200, '<html>')],
    [
      '200 that is cut',
      (response) => response.writeHead(200, { 'content-length': '100' }).write('{') && response.destroy(),
    ],
    ['200 in an unknown coding', text(200, '{}', { 'content-encoding': 'UTF-8' })],
  ])('%s is unclear: the next refusal asks for a sign-in', async (_, answer) => {
    const id = await create({ expiresAt: ENDING })
    server.answer = answer
    expect(await fault(ask(id))).toMatchObject({ name: 'UpstreamError' })
    expect(await stored(id)).toMatchObject({ lease: 'none', refreshUncertain: true })
    expect(await ask(id)).toBe('at-1')
    server.answer = json(400, { error: 'access_denied' })
    expect(await fault(ask(id, store, 'at-1'))).toMatchObject({ name: 'SignInNeededError' })
    expect(await stored(id)).toMatchObject({ status: 'sign_in_needed', tokens: { refreshToken: 'rt-1' } })
  })

  it('keeps its doubt through answers that say nothing new', async () => {
    const id = await create()
    for (const answer of [text(500), text(429), text(503)]) {
      server.answer = answer
      await fault(ask(id))
      expect(await stored(id)).toMatchObject({ refreshUncertain: true })
    }
  })

  it('is told to all who waited for it, and the utility is not asked by each of them', async () => {
    const id = await create()
    server.answer = async (response, request) => {
      await wait(100)
      return text(429)(response, request)
    }
    const errors = await Promise.all(Array.from({ length: 10 }, () => fault(ask(id))))
    for (const error of errors) expect(error).toMatchObject({ name: 'UpstreamError', permanent: false })
    expect(server.received).toHaveLength(1)
  })
})
