import { beforeAll, describe, expect, it } from 'vitest'
import { limitStore } from '../../src/store/limits.ts'
import {
  authorizeUrl,
  Browser,
  call,
  type OauthApp,
  post,
  type Registered,
  register,
  startOauthApp,
} from '../support/oauth-app.ts'

let app: OauthApp
let registered: Registered
beforeAll(async () => {
  app = await startOauthApp('limits', { trustProxy: 1, tokenFailuresPerHour: 3, changesPerHour: 20 })
  registered = await register(app)
})
const from = (address: string) => ({ 'x-forwarded-for': address })

describe('limits, CDS-WG1-02 §11.3', () => {
  it('are shared by all processes, and keep no address in the clear', async () => {
    const one = limitStore(app.database, Buffer.alloc(32, 1))('shared', 4)
    const other = limitStore(app.database, Buffer.alloc(32, 1))('shared', 4)
    const waits = []
    for (const limit of [one, other, one, other]) waits.push(await limit.count('192.0.2.77'))
    expect(waits).toEqual([undefined, undefined, undefined, undefined])
    expect(await one.count('192.0.2.77')).toBeGreaterThan(3_590_000)
    expect(await other.count('192.0.2.77')).toBeGreaterThan(3_590_000)
    expect(await one.count('192.0.2.78')).toBeUndefined()
    const { rows } = await app.pool.query('select key from rate_limits')
    expect(rows.length).toBeGreaterThan(0)
    for (const { key } of rows) expect(key).toMatch(/^[\w-]{43}$/)
  })

  it('let exactly so many through when all come at once', async () => {
    const limit = limitStore(app.database, Buffer.alloc(32, 1))('at once', 10)
    const waits = await Promise.all(Array.from({ length: 40 }, () => limit.count('k')))
    expect(waits.filter((wait) => wait === undefined)).toHaveLength(10)
  })

  it('that cannot be counted let nothing through', async () => {
    const broken = await startOauthApp('limits_broken')
    const { admin } = await register(broken)
    await broken.pool.query('alter table rate_limits rename to gone')
    const body = { scope: 'cds_client_admin' }
    const before = await broken.database.selectFrom('clients').select('client_id').execute()
    const refused = await call(`${broken.url}/oauth/register`, { method: 'POST', body })
    expect(refused.status).toBeGreaterThanOrEqual(500)
    const after = await broken.database.selectFrom('clients').select('client_id').execute()
    expect(after.length).toBe(before.length)
    const limit = broken.openLimit('any', 1)
    await expect(limit.count('k')).rejects.toMatchObject({ code: '42P01' })
    // A right secret needs no count.
    const token = await post(`${broken.url}/oauth/token`, { grant_type: 'client_credentials' }, admin)
    expect(token.status).toBe(200)
  })

  it('count unknown tokens by address block; a right token is always answered', async () => {
    const url = `${app.url}/cds/v1/clients`
    const ask = (token: string, address: string) => call(url, { token, headers: from(address) })
    const statuses = []
    for (const host of [1, 2, 3, 4]) statuses.push((await ask('wrong', `2001:db8:0:9::${host}`)).status)
    expect(statuses).toEqual([401, 401, 401, 429])
    expect((await ask(registered.token, '2001:db8:0:9::5')).status).toBe(200)
    expect((await ask('wrong', '2001:db8:0:a::1')).status).toBe(401)
  })

  it('count registrations by address block', async () => {
    const limited = await startOauthApp('limits_register', { trustProxy: 1, registrationsPerHour: 2 })
    const statuses = []
    for (const address of [
      '2001:db8::1',
      '2001:db8::2',
      '2001:db8::3',
      '192.0.2.1',
      '::ffff:192.0.2.1',
      '192.0.2.1',
    ]) {
      const options = { method: 'POST', body: { scope: 'cds_client_admin' }, headers: from(address) }
      statuses.push((await call(`${limited.url}/oauth/register`, options)).status)
    }
    expect(statuses).toEqual([201, 201, 429, 201, 201, 429])
  })

  it('count changes at the admin APIs by registration, reading never', async () => {
    const strict = await startOauthApp('limits_changes', { changesPerHour: 2 })
    const { token, query } = await register(strict)
    const url = `${strict.url}/cds/v1/clients/${query.clientId}`
    const statuses = []
    for (let index = 0; index < 3; index++)
      statuses.push((await call(url, { method: 'PUT', token, body: {} })).status)
    expect(statuses).toEqual([200, 200, 429])
    expect((await call(url, { token })).status).toBe(200)
  })
})

describe('authorization requests', () => {
  it('are refused with a page beyond the rate of one address and client', async () => {
    const strict = await startOauthApp('limits_authorize', { authorizationRequestsPerHour: 2 })
    const { consent } = await register(strict)
    const { consent: other } = await register(strict)
    const browser = new Browser()
    const statuses = []
    for (let index = 0; index < 3; index++)
      statuses.push((await browser.get(authorizeUrl(strict, consent))).status)
    expect(statuses).toEqual([303, 303, 429])
    const refused = await browser.get(authorizeUrl(strict, consent))
    expect(refused.text).toContain('There were too many requests')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3500)
    expect((await browser.get(authorizeUrl(strict, other))).status).toBe(303)
    const pushed = await post(
      `${strict.url}/oauth/par`,
      { response_type: 'code', scope: 'cds_usage' },
      consent,
    )
    expect([pushed.status, pushed.body.error]).toEqual([429, 'too_many_requests'])
  })

  it('of one client are so many at once, pushed ones included, until some expire', async () => {
    const strict = await startOauthApp('limits_open', { openAuthorizationRequests: 2 })
    const { consent } = await register(strict)
    const begin = () => new Browser().get(authorizeUrl(strict, consent))
    const push = () => post(`${strict.url}/oauth/par`, { response_type: 'code', scope: 'cds_usage' }, consent)
    expect([(await begin()).status, (await push()).status]).toEqual([303, 201])
    expect([(await begin()).status, (await push()).status]).toEqual([429, 429])
    strict.clock.advance(91_000)
    expect([(await begin()).status, (await begin()).status]).toEqual([303, 429])
  })

  it('have a state of at most 4096 characters', async () => {
    const long = (length: number) =>
      new Browser().get(authorizeUrl(app, registered.consent, { state: 'x'.repeat(length) }))
    expect((await long(4096)).status).toBe(303)
    const refused = await long(4097)
    expect([refused.status, refused.headers.get('location')]).toEqual([400, null])
    expect(refused.text).toContain('state must not be longer')
    const pushed = { response_type: 'code', scope: 'cds_usage', state: 'x'.repeat(4097) }
    expect((await post(`${app.url}/oauth/par`, pushed, registered.consent)).body.error).toBe(
      'invalid_request',
    )
  })
})

it('a query client has so many open grants, and finds them again', async () => {
  const few = await startOauthApp('limits_grants', { grantsPerClient: 2 })
  const who = await register(few)
  const { body } = await call(`${few.url}/cds/v1/messages`, { token: who.token })
  const link = String((body.outstanding as { related_uri: string }[])[0]?.related_uri)
  await post(link, { utility_id: 'test-power', username: 'house', password: 'pass word' })
  const ask = (contract: string) => {
    const detail = { type: 'cds_query_usage', contract_numbers: [contract] }
    const fields = { grant_type: 'client_credentials', authorization_details: JSON.stringify([detail]) }
    return post(`${few.url}/oauth/token`, fields, who.query)
  }
  const statuses = []
  for (const contract of ['a', 'b', 'c', 'a']) statuses.push((await ask(contract)).status)
  expect(statuses).toEqual([200, 200, 400, 200])
  expect((await ask('c')).body.error_description).toContain('has 2 open grants')
})
