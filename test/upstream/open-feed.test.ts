import { randomBytes } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fixedClock } from '../../src/shared/clock.ts'
import { AuthorizationWithdrawnError } from '../../src/shared/errors.ts'
import { newId } from '../../src/shared/ids.ts'
import { openDatabase, openPool } from '../../src/store/database.ts'
import { utilityAuthorizationStore } from '../../src/store/utility-authorizations.ts'
import { customerFeedUrl } from '../../src/upstream/customer-feed-url.ts'
import { openNetwork } from '../../src/upstream/network.ts'
import { openFeed } from '../../src/upstream/open-feed.ts'
import type { UtilityAuthorizationStore } from '../../src/upstream/stores.ts'
import type { TokenSet } from '../../src/upstream/token-set.ts'
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts'
import { type Answer, utilityServer } from './utility-server.ts'

const server = await utilityServer()
const sealKeys = { current: 'k1', keys: new Map([['k1', randomBytes(32)]]) }
const clock = fixedClock('2026-03-01T12:00:00Z')
const feedUrl = `${server.url}/Batch/Subscription/7`

let fresh: FreshDatabase
let store: UtilityAuthorizationStore
beforeAll(async () => {
  fresh = await freshDatabase('open_feed')
  store = utilityAuthorizationStore(fresh.database, { newId, sealKeys })
})

/** A utility with one-time refresh tokens: the same one twice, and the authorization is dead. */
function rotatingUtility() {
  const state = { access: 'at-1', refresh: 'rt-1', refreshes: 0, dead: false, feed: feedAnswer('<feed/>') }
  const answer: Answer = async (response, request) => {
    if (request.path !== '/oauth/token') {
      if (request.headers.authorization !== `Bearer ${state.access}`) return response.writeHead(401).end()
      return state.feed(response, request)
    }
    // Slow enough for a second caller to arrive meanwhile.
    await new Promise((resolve) => setTimeout(resolve, 50))
    response.setHeader('content-type', 'application/json')
    if (state.dead || request.form.refresh_token !== state.refresh) {
      state.dead = true
      return response.writeHead(400).end('{"error":"invalid_grant"}')
    }
    state.refreshes++
    state.access = `at-${state.refreshes + 1}`
    state.refresh = `rt-${state.refreshes + 1}`
    const body = {
      access_token: state.access,
      refresh_token: state.refresh,
      token_type: 'Bearer',
      expires_in: 3600,
    }
    return response.end(JSON.stringify(body))
  }
  server.answer = answer
  return state
}

function feedAnswer(body: string, status = 200): Answer {
  return (response) => response.writeHead(status).end(body)
}

const tokens: TokenSet = {
  accessToken: 'at-1',
  refreshToken: 'rt-1',
  expiresAt: new Date('2026-03-01T13:00:00Z'),
  scope: 'FB=4_5_46',
  resourceUri: feedUrl,
  authorizationUri: `${server.url}/Authorization/7`,
  customerResourceUri: null,
}
const expired = new Date('2026-03-01T11:00:00Z')

const create = (change: Partial<TokenSet> = {}) =>
  store.create(
    { utilityId: 'test-utility', environment: 'sandbox', tokens: { ...tokens, ...change } },
    clock.now(),
  )

const deps = (facts = {}) => ({
  store,
  getUtility: () => server.utility(facts),
  clock,
  network: server.deps.network,
})

async function read(authorization: Awaited<ReturnType<typeof create>>, given = deps()): Promise<string> {
  const response = await openFeed(authorization, feedUrl, given)
  if (response.kind !== 'ready') return response.kind
  const pieces = []
  for await (const piece of response.body) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

beforeEach(() => {
  server.received.length = 0
})

describe('openFeed', () => {
  it('uses a token that is still good', async () => {
    const utility = rotatingUtility()
    expect(await read(await create())).toBe('<feed/>')
    expect(utility.refreshes).toBe(0)
  })

  it('renews a token within a minute of its end, with the granted scope, and keeps the rotated one', async () => {
    const utility = rotatingUtility()
    const authorization = await create({ expiresAt: new Date('2026-03-01T12:00:59Z') })
    expect(await read(authorization)).toBe('<feed/>')
    expect(server.received[0]?.form).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'rt-1',
      scope: 'FB=4_5_46',
    })
    expect((await store.findTokens(authorization.id))?.tokens).toMatchObject({
      accessToken: 'at-2',
      refreshToken: 'rt-2',
    })
    expect(utility.refreshes).toBe(1)
  })

  it('refreshes a one-time refresh token once, however many feeds are opened at the same time in two processes', async () => {
    const utility = rotatingUtility()
    const authorization = await create({ expiresAt: expired })
    const pool = openPool(fresh.address)
    const network = openNetwork()
    const second = utilityAuthorizationStore(openDatabase(pool), { newId, sealKeys })
    const elsewhere = { ...deps(), store: second, network }
    try {
      const feeds = [deps(), elsewhere, deps(), elsewhere, deps(), elsewhere].map((given) =>
        read(authorization, given),
      )
      expect(await Promise.all(feeds)).toEqual(Array.from({ length: 6 }, () => '<feed/>'))
    } finally {
      await Promise.all([pool.end(), network.close()])
    }
    expect(utility).toMatchObject({ refreshes: 1, dead: false })
  })

  it('refreshes once when many are refused at the same time with the same token', async () => {
    const utility = rotatingUtility()
    const authorization = await create({ accessToken: 'revoked' })
    const feeds = Array.from({ length: 4 }, () => read(authorization))
    expect(await Promise.all(feeds)).toEqual(['<feed/>', '<feed/>', '<feed/>', '<feed/>'])
    expect(utility.refreshes).toBe(1)
  })

  it('marks the authorization withdrawn when the refresh token is dead', async () => {
    const utility = rotatingUtility()
    utility.dead = true
    const authorization = await create({ expiresAt: expired })
    await expect(read(authorization)).rejects.toBeInstanceOf(AuthorizationWithdrawnError)
    expect(await store.find(authorization.id)).toMatchObject({ status: 'withdrawn' })
    await expect(read(authorization)).rejects.toBeInstanceOf(AuthorizationWithdrawnError)
  })

  it.each([
    [401, false],
    [403, true],
  ])(
    'leaves it active when a token just given is refused with %i: the token endpoint still honours it',
    async (status, permanent) => {
      const utility = rotatingUtility()
      utility.feed = feedAnswer('', status)
      const authorization = await create()
      await expect(read(authorization)).rejects.toMatchObject({ name: 'UpstreamError', status, permanent })
      expect(await store.find(authorization.id)).toMatchObject({ status: 'active' })
      expect(utility.refreshes).toBe(1)
    },
  )

  it('marks it withdrawn when its only token is refused with 401, not when with 403', async () => {
    rotatingUtility().feed = feedAnswer('', 403)
    const authorization = await create({ refreshToken: null })
    await expect(read(authorization)).rejects.toMatchObject({
      name: 'UpstreamError',
      status: 403,
      permanent: true,
    })
    expect(await store.find(authorization.id)).toMatchObject({ status: 'active' })
    rotatingUtility().feed = feedAnswer('', 401)
    await expect(read(authorization)).rejects.toBeInstanceOf(AuthorizationWithdrawnError)
    expect(await store.find(authorization.id)).toMatchObject({ status: 'withdrawn' })
  })

  it('leaves it active when the utility is down', async () => {
    server.answer = feedAnswer('', 503)
    const authorization = await create({ expiresAt: expired })
    await expect(read(authorization)).rejects.toMatchObject({ name: 'UpstreamError', permanent: false })
    expect(await store.find(authorization.id)).toMatchObject({ status: 'active' })
  })

  it('uses a token without a refresh token to its end, then asks for a new sign-in', async () => {
    rotatingUtility()
    const authorization = await create({ refreshToken: null, expiresAt: new Date('2026-03-01T12:00:30Z') })
    expect(await read(authorization)).toBe('<feed/>')
    const ended = await create({ refreshToken: null, expiresAt: expired })
    await expect(read(ended)).rejects.toBeInstanceOf(AuthorizationWithdrawnError)
  })
})

describe('customerFeedUrl', () => {
  const entry = (uri: string) =>
    `<entry xmlns="http://www.w3.org/2005/Atom"><content><espi:Authorization xmlns:espi="http://naesb.org/espi">
       <espi:status>1</espi:status><espi:customerResourceURI>${uri}</espi:customerResourceURI>
     </espi:Authorization></content></entry>`

  it("takes the token's own, without asking anything", async () => {
    const authorization = await create({ customerResourceUri: 'http://pii.example/7' })
    expect(await customerFeedUrl(authorization, deps())).toBe('http://pii.example/7')
    expect(server.received).toEqual([])
  })

  it('reads it from the Authorization resource otherwise, and keeps it', async () => {
    rotatingUtility().feed = feedAnswer(entry('\n http://pii.example/7?a=1&amp;b=2 '))
    const authorization = await create()
    expect(await customerFeedUrl(authorization, deps())).toBe('http://pii.example/7?a=1&b=2')
    expect(await store.find(authorization.id)).toMatchObject({
      customerResourceUri: 'http://pii.example/7?a=1&b=2',
    })
  })

  it.each([
    ['names none', 200, entry('')],
    ['is for client tokens only', 403, ''],
    ['is not there', 404, ''],
  ])('is undefined when the Authorization resource %s', async (_, status, body) => {
    rotatingUtility().feed = feedAnswer(body, status)
    expect(await customerFeedUrl(await create(), deps())).toBeUndefined()
  })

  it('is made from the resource URI only where the adapter says so', async () => {
    rotatingUtility().feed = feedAnswer(entry(''))
    const facts = { quirks: { customerUriFromSubscription: true } }
    expect(await customerFeedUrl(await create(), deps(facts))).toBe(`${server.url}/Batch/RetailCustomer/7`)
  })

  it('fails, to be repeated, when the Authorization resource is cut', async () => {
    rotatingUtility().feed = feedAnswer(entry('http://pii.example/7').slice(0, -20))
    await expect(customerFeedUrl(await create(), deps())).rejects.toMatchObject({
      name: 'UpstreamError',
      permanent: false,
    })
  })
})
