import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { utilities } from '../../adapters/index.ts'
import { fromEspiScope } from '../../src/scope-map/from-espi-scope.ts'
import { toEspiScope } from '../../src/scope-map/to-espi-scope.ts'
import { AuthorizationWithdrawnError } from '../../src/shared/errors.ts'
import { newId } from '../../src/shared/ids.ts'
import { utilityAuthorizationStore } from '../../src/store/utility-authorizations.ts'
import { customerFeedUrl } from '../../src/upstream/customer-feed-url.ts'
import { usageFeedUrl } from '../../src/upstream/feed-urls.ts'
import { openNetwork } from '../../src/upstream/network.ts'
import { openFeed } from '../../src/upstream/open-feed.ts'
import type { UtilityAuthorization, UtilityAuthorizationStore } from '../../src/upstream/stores.ts'
import { passwordGrant } from '../../src/upstream/token.ts'
import { openRegistry, type UtilityRegistry } from '../../src/utility/registry.ts'
import { startTestSandbox } from '../sandbox/support.ts'
import { freshDatabase } from '../support/postgres.ts'

const requests = [
  { type: 'cds_query_accounts', details: { sync_until: 'infinite' } },
  { type: 'cds_query_usage', details: { segment_start: 'infinite', sync_until: 'infinite' } },
]

/** A day asked for: 96 quarter hours, or the whole entry it lies in, a month of 20 days with the extra hour of 1 November. */
const READINGS: Record<string, number> = { 'sandbox-openespi': 96, 'sandbox-utilityapi': 20 * 96 + 4 }

let sandbox: Awaited<ReturnType<typeof startTestSandbox>>
let registry: UtilityRegistry
let store: UtilityAuthorizationStore
const network = openNetwork()

beforeAll(async () => {
  sandbox = await startTestSandbox()
  const ids = utilities.map(({ id }) => id)
  registry = openRegistry(utilities, ids, { sandbox: sandbox.url })
  const { database } = await freshDatabase('upstream_sandbox')
  store = utilityAuthorizationStore(database, {
    newId,
    sealKeys: { current: 'k', keys: new Map([['k', randomBytes(32)]]) },
  })
})
beforeEach(() => sandbox.clearFaults())
afterAll(() => Promise.all([sandbox.close(), network.close()]))

function utilityOf(id: string) {
  const clientId = id.replace('sandbox-', 'tp-')
  return { profile: registry.get(id), client: { clientId, clientSecret: 'a secret: with+signs' } }
}

const deps = () => ({ store, getUtility: utilityOf, clock: sandbox.clock, network })

async function signIn(id: string, username = 'house'): Promise<UtilityAuthorization> {
  const utility = utilityOf(id)
  const scope = toEspiScope(requests, utility.profile, sandbox.clock.now())
  const grant = { username, password: `${username}-pass`, scope }
  const tokens = await passwordGrant(utility, grant, deps())
  return store.create({ utilityId: id, environment: 'sandbox', tokens }, sandbox.clock.now())
}

async function read(authorization: UtilityAuthorization, url: string): Promise<string> {
  const response = await openFeed(authorization, url, deps())
  if (response.kind !== 'ready') return response.kind
  const pieces = []
  for await (const piece of response.body) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

function dayBefore(authorization: UtilityAuthorization): string {
  const { profile } = utilityOf(authorization.utilityId)
  const window = { from: new Date('2026-11-10T05:00:00Z'), to: new Date('2026-11-11T05:00:00Z') }
  return usageFeedUrl(authorization, { profile, window, now: sandbox.clock.now() })
}

describe.each(utilities.map(({ id }) => id))('the sandbox as %s', (id) => {
  it('grants what the scope map asks for: nothing is narrowed', async () => {
    const { profile } = utilityOf(id)
    const { scope } = await signIn(id)
    expect(fromEspiScope(scope, requests, { profile, now: sandbox.clock.now() })).toEqual({
      enabled: requests,
      narrowed: false,
      reasons: [],
    })
  })

  it('gives the readings of a day at the URL made from resourceURI', async () => {
    const authorization = await signIn(id)
    const feed = await read(authorization, dayBefore(authorization))
    expect(feed.match(/<(?:\w+:)?IntervalReading>/g)).toHaveLength(READINGS[id] ?? 0)
  })

  it("gives the customer's own resources at customerResourceURI", async () => {
    const authorization = await signIn(id)
    const url = await customerFeedUrl(authorization, deps())
    expect(await read(authorization, url ?? '')).toContain('CustomerAgreement')
  })

  it('names the customer URL in its Authorization resource too', async () => {
    const authorization = await signIn(id)
    const unnamed = { ...authorization, customerResourceUri: null }
    expect(await customerFeedUrl(unnamed, deps())).toBe(authorization.customerResourceUri)
  })

  it('refreshes, with the granted scope verbatim, when an hour has passed', async () => {
    const authorization = await signIn(id)
    const before = (await store.findTokens(authorization.id))?.tokens
    sandbox.clock.advance(3_600_000)
    expect(await read(authorization, dayBefore(authorization))).toContain('IntervalReading')
    const after = (await store.findTokens(authorization.id))?.tokens
    expect(after?.accessToken).not.toBe(before?.accessToken)
    expect(await store.find(authorization.id)).toMatchObject({ scope: authorization.scope, status: 'active' })
  })

  it('refuses a wrong password as something the customer can repeat', async () => {
    const grant = { username: 'house', password: 'wrong', scope: 'FB=4_46' }
    await expect(passwordGrant(utilityOf(id), grant, deps())).rejects.toMatchObject({
      reason: 'wrong_credentials',
    })
  })

  it('stays active through a fault, and is withdrawn when the customer revokes it', async () => {
    const authorization = await signIn(id)
    const url = dayBefore(authorization)
    sandbox.setFault({ kind: 'too-many-requests', retryAfterSeconds: 7, times: 1 })
    await expect(read(authorization, url)).rejects.toMatchObject({ status: 429, retryAfterMs: 7000 })
    sandbox.setFault({ kind: 'cut', afterBytes: 2000, times: 1 })
    await expect(read(authorization, url)).rejects.toMatchObject({ name: 'UpstreamError', permanent: false })
    sandbox.setFault({ kind: 'not-ready', retryAfterSeconds: 30, times: 1 })
    expect(await openFeed(authorization, url, deps())).toEqual({ kind: 'notYet', retryAfterMs: 30_000 })
    sandbox.setFault({ kind: 'status', status: 401, path: new URL(url).pathname, times: 1 })
    expect(await read(authorization, url)).toContain('IntervalReading')

    sandbox.authorizations.revoke(
      new URL(authorization.authorizationUri ?? '').pathname.split('/').at(-1) ?? '',
    )
    await expect(read(authorization, url)).rejects.toBeInstanceOf(AuthorizationWithdrawnError)
    expect(await store.find(authorization.id)).toMatchObject({ status: 'withdrawn' })
  })

  it('narrows what is enabled when the customer grants less', async () => {
    sandbox.setFault({ kind: 'narrowed-scope', scope: 'FB=4_5;HistoryLength=2678400', times: 1 })
    const { scope } = await signIn(id)
    const now = sandbox.clock.now()
    expect(fromEspiScope(scope, requests, { profile: utilityOf(id).profile, now })).toMatchObject({
      enabled: [
        { type: 'cds_query_usage', details: { segment_start: expect.stringMatching(/^2026-10-21T/) } },
      ],
      narrowed: true,
    })
  })
})
