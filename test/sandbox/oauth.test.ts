import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  authorizeByForm,
  basic,
  codeOf,
  DIALECTS,
  get,
  REDIRECT_URI,
  requestToken,
  startTestSandbox,
  type Tokens,
  tokensOf,
} from './support.ts'

let sandbox: Awaited<ReturnType<typeof startTestSandbox>>
beforeAll(async () => {
  sandbox = await startTestSandbox()
})
afterAll(() => sandbox.close())
beforeEach(() => sandbox.clearFaults())

const exchange = (code: string, changes: Record<string, string> = {}) =>
  requestToken(sandbox, 'openespi', {
    grant_type: 'authorization_code',
    code,
    redirect_uri: REDIRECT_URI,
    ...changes,
  })

async function refusal(response: Response): Promise<[number, string]> {
  const body = (await response.json()) as { error: string }
  return [response.status, body.error]
}

describe('authorization endpoint, RFC 6749 §4.1', () => {
  it('gives a code and the state back to the redirect URI', async () => {
    const { location, status } = await authorizeByForm(sandbox, 'openespi')
    expect(status).toBe(303)
    expect(location!.origin + location!.pathname).toBe(REDIRECT_URI)
    expect(location!.searchParams.get('state')).toBe('state 1')
  })

  it('says access_denied when the customer denies (§4.1.2.1)', async () => {
    const { location } = await authorizeByForm(sandbox, 'openespi', { decision: 'deny' })
    expect(location!.searchParams.get('error')).toBe('access_denied')
    expect(location!.searchParams.get('code')).toBeNull()
  })

  it.each(['', 'FB=4.5.15', 'FB=4_5_9999', 'openid'])('says invalid_scope to "%s"', async (scope) => {
    const { location } = await authorizeByForm(sandbox, 'openespi', { scope })
    expect(location!.searchParams.get('error')).toBe('invalid_scope')
  })

  it.each([
    ['an unknown client', { client_id: 'nobody' }],
    ['an unregistered redirect URI', { redirect_uri: `${REDIRECT_URI}/more` }],
  ])('never sends the browser on for %s (§4.1.2.1)', async (_name, change) => {
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: 'tp-openespi',
      redirect_uri: REDIRECT_URI,
      scope: 'FB=4_5',
      ...change,
    })
    const response = await fetch(`${sandbox.url}/openespi/oauth/authorize?${query}`, { redirect: 'manual' })
    expect([response.status, response.headers.get('location')]).toEqual([400, null])
  })

  it('takes no form from a browser that did not begin it', async () => {
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: 'tp-openespi',
      redirect_uri: REDIRECT_URI,
      scope: 'FB=4_5',
    })
    const page = await (await fetch(`${sandbox.url}/openespi/oauth/authorize?${query}`)).text()
    const transaction = /name="transaction" value="([^"]+)"/.exec(page)![1]!
    const body = new URLSearchParams({ transaction, username: 'house', password: 'house-pass' })
    const response = await fetch(`${sandbox.url}/openespi/oauth/login`, { method: 'POST', body })
    expect(response.status).toBe(400)
  })

  it('asks again when no meter is chosen', async () => {
    const { status } = await authorizeByForm(sandbox, 'openespi', { fields: [['share', 'bills']] })
    expect(status).toBe(400)
  })

  it('leaves out of the scope what the customer did not share', async () => {
    const scope = 'FB=4_5_15_16_46;HistoryLength=34128000'
    const page = await authorizeByForm(sandbox, 'openespi', {
      scope,
      fields: [
        ['usage_point', '73100111'],
        ['share', 'bills'],
      ],
    })
    const tokens = (await (await exchange(page.location!.searchParams.get('code')!)).json()) as Tokens
    expect(tokens.scope).toBe('FB=4_5_15_16;HistoryLength=34128000')
    expect(tokens.customerResourceURI).toBeUndefined()
  })

  it('takes noedit and meters-{SAID} from AdditionalScope (UtilityAPI dialect)', async () => {
    const scope = 'FB=4_16_51;AdditionalScope=noedit_meters-03100512'
    const { location } = await authorizeByForm(sandbox, 'utilityapi', {
      scope,
      username: 'business',
      fields: [['usage_point', '73100512']],
    })
    const code = location!.searchParams.get('code')!
    const response = await requestToken(sandbox, 'utilityapi', {
      grant_type: 'authorization_code',
      code,
      redirect_uri: REDIRECT_URI,
    })
    const { scope: final } = (await response.json()) as Tokens
    expect(final).toBe(
      'FB=1_3_4_5_8_13_14_15_16_18_19_34_35_39_51;IntervalDuration=900_3600;BlockDuration=daily;HistoryLength=63072000;SubscriptionFrequency=daily;AccountCollection=1',
    )
  })
})

describe('token endpoint, RFC 6749 §4.1.3 and §5', () => {
  it('answers a code with tokens and the URIs of ESPI', async () => {
    const response = await exchange(await codeOf(sandbox, 'openespi'))
    expect(response.headers.get('cache-control')).toBe('no-store')
    const tokens = (await response.json()) as Tokens
    expect(tokens).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'FB=4_16_46' })
    const resources = `${sandbox.url}/openespi/espi/1_1/resource`
    expect(tokens.resourceURI).toMatch(new RegExp(`^${resources}/Batch/Subscription/\\d+$`))
    expect(tokens.authorizationURI).toMatch(new RegExp(`^${resources}/Authorization/\\d+$`))
    expect(tokens.customerResourceURI).toBe(`${resources}/Batch/RetailCustomer/90001`)
  })

  it('names the subscription without Batch, under one id for all (UtilityAPI dialect)', async () => {
    const tokens = await tokensOf(sandbox, 'utilityapi', 'house')
    const id = tokens.authorizationURI.split('/').at(-1)
    const resources = `${sandbox.url}/DataCustodian/espi/1_1/resource`
    expect(tokens.resourceURI).toBe(`${resources}/Subscription/${id}`)
    expect(tokens.customerResourceURI).toBe(`${resources}/Batch/RetailCustomer/${id}`)
  })

  it('takes a code once, and takes back what it gave when it comes again (§4.1.2)', async () => {
    const code = await codeOf(sandbox, 'openespi')
    const { access_token, resourceURI } = (await (await exchange(code)).json()) as Tokens
    expect((await get(resourceURI, access_token)).status).toBe(200)
    expect(await refusal(await exchange(code))).toEqual([400, 'invalid_grant'])
    expect((await get(resourceURI, access_token)).status).toBe(401)
  })

  it('takes a code for 60 seconds', async () => {
    const code = await codeOf(sandbox, 'openespi')
    sandbox.clock.advance(60_000)
    expect(await refusal(await exchange(code))).toEqual([400, 'invalid_grant'])
  })

  it('wants the redirect URI repeated exactly (§4.1.3)', async () => {
    const code = await codeOf(sandbox, 'openespi')
    expect(await refusal(await exchange(code, { redirect_uri: `${REDIRECT_URI}?` }))).toEqual([
      400,
      'invalid_grant',
    ])
  })

  it('refuses a wrong secret with 401 and a challenge (§5.2)', async () => {
    const response = await fetch(`${sandbox.url}/openespi/oauth/token`, {
      method: 'POST',
      headers: { authorization: basic('openespi', 'wrong') },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    })
    expect(response.headers.get('www-authenticate')).toBe('Basic realm="sandbox"')
    expect(await refusal(response)).toEqual([401, 'invalid_client'])
  })

  it('does not know the clients of the other dialect', async () => {
    const response = await fetch(`${sandbox.url}/openespi/oauth/token`, {
      method: 'POST',
      headers: { authorization: basic('utilityapi') },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    })
    expect(await refusal(response)).toEqual([401, 'invalid_client'])
  })

  it.each([
    ['unsupported_grant_type', { grant_type: 'implicit' }],
    ['invalid_request', { grant_type: 'refresh_token' }],
    ['invalid_request', { grant_type: '' }],
    ['invalid_grant', { grant_type: 'authorization_code', code: 'x', redirect_uri: REDIRECT_URI }],
    ['invalid_grant', { grant_type: 'refresh_token', refresh_token: 'x' }],
    ['invalid_grant', { grant_type: 'password', username: 'house', password: 'x' }],
    ['invalid_scope', { grant_type: 'password', username: 'house', password: 'house-pass', scope: 'FB=99' }],
  ])('says %s to %j (§5.2)', async (error, form) => {
    expect(await refusal(await requestToken(sandbox, 'openespi', form))).toEqual([400, error])
  })

  it('refuses a body that is no form', async () => {
    const response = await fetch(`${sandbox.url}/openespi/oauth/token`, {
      method: 'POST',
      headers: { authorization: basic('openespi'), 'content-type': 'application/json' },
      body: '{"grant_type":"client_credentials"}',
    })
    expect(await refusal(response)).toEqual([400, 'invalid_request'])
  })

  it('takes multipart/form-data, with Basic credentials as they are', async () => {
    const body = new FormData()
    body.set('grant_type', 'client_credentials')
    const response = await fetch(`${sandbox.url}${DIALECTS.utilityapi.oauthPath}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa('tp-utilityapi:a secret: with+signs')}` },
      body,
    })
    expect(response.status).toBe(200)
  })

  it('takes the client id and secret from the form too (§2.3.1)', async () => {
    const response = await fetch(`${sandbox.url}/openespi/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: 'tp-openespi',
        client_secret: 'a secret: with+signs',
      }),
    })
    expect(response.status).toBe(200)
  })
})

describe('refresh, RFC 6749 §6', () => {
  const refresh = (dialect: 'openespi' | 'utilityapi', refresh_token: string, more = {}) =>
    requestToken(sandbox, dialect, { grant_type: 'refresh_token', refresh_token, ...more })

  it('keeps the refresh token (OpenESPI dialect)', async () => {
    const first = await tokensOf(sandbox, 'openespi', 'flat')
    const second = (await (await refresh('openespi', first.refresh_token)).json()) as Tokens
    expect(second.refresh_token).toBe(first.refresh_token)
    expect(second.access_token).not.toBe(first.access_token)
    expect(second.resourceURI).toBe(first.resourceURI)
  })

  it('rotates the refresh token, and ends everything when an old one comes again (UtilityAPI dialect)', async () => {
    const first = await tokensOf(sandbox, 'utilityapi', 'flat')
    const second = (await (await refresh('utilityapi', first.refresh_token)).json()) as Tokens
    expect(second.refresh_token).not.toBe(first.refresh_token)
    expect(await refusal(await refresh('utilityapi', first.refresh_token))).toEqual([400, 'invalid_grant'])
    expect(await refusal(await refresh('utilityapi', second.refresh_token))).toEqual([400, 'invalid_grant'])
    expect((await get(second.resourceURI, second.access_token)).status).toBe(401)
  })

  it('takes the granted scope repeated as it is, and no other', async () => {
    const { refresh_token, scope } = await tokensOf(sandbox, 'openespi', 'flat')
    expect((await refresh('openespi', refresh_token, { scope })).status).toBe(200)
    expect(await refusal(await refresh('openespi', refresh_token, { scope: 'FB=4' }))).toEqual([
      400,
      'invalid_scope',
    ])
  })

  it('is refused after the customer withdrew', async () => {
    const { refresh_token, authorizationURI } = await tokensOf(sandbox, 'openespi', 'flat')
    const id = authorizationURI.split('/').at(-1)
    const revoked = await fetch(`${sandbox.url}/_sandbox/authorizations/${id}/revoke`, { method: 'POST' })
    expect(revoked.status).toBe(204)
    expect(await refusal(await refresh('openespi', refresh_token))).toEqual([400, 'invalid_grant'])
  })

  it('an access token works for an hour', async () => {
    const { access_token, resourceURI } = await tokensOf(sandbox, 'openespi', 'flat')
    sandbox.clock.advance(3_599_000)
    expect((await get(resourceURI, access_token)).status).toBe(200)
    sandbox.clock.advance(1_000)
    expect((await get(resourceURI, access_token)).status).toBe(401)
  })
})
