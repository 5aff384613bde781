import { inspect } from 'node:util'
import { beforeEach, describe, expect, it } from 'vitest'
import { fixedClock } from '../../src/shared/clock.ts'
import { AuthorizationWithdrawnError, UpstreamError } from '../../src/shared/errors.ts'
import { authorizeUrl } from '../../src/upstream/authorize-url.ts'
import { SignInRefusedError } from '../../src/upstream/errors.ts'
import { clientCredentials, exchangeCode, passwordGrant, refresh } from '../../src/upstream/token.ts'
import { json, text, utilityServer } from './utility-server.ts'

const server = await utilityServer()
const clock = fixedClock('2026-03-01T12:00:00Z')
const deps = { clock, network: server.deps.network }
const utility = server.utility()
const SCOPE = 'FB=4_5_46;HistoryLength=63072000'

const good = {
  access_token: 'at-1',
  token_type: 'Bearer',
  expires_in: 3600,
  refresh_token: 'rt-1',
  scope: 'FB=4_5_46;HistoryLength=31536000',
  resourceURI: 'https://data.example/espi/1_1/resource/Batch/Subscription/7',
  authorizationURI: 'https://data.example/espi/1_1/resource/Authorization/7',
  customerResourceURI: 'https://pii.example/Batch/RetailCustomer/7',
}

const code = () =>
  exchangeCode(utility, { code: 'c-1', redirectUri: 'https://gw.example/cb?x=1', scope: SCOPE }, deps)
const password = () => passwordGrant(utility, { username: 'house', password: 'hunter2', scope: SCOPE }, deps)
const renew = () => refresh(utility, { refreshToken: 'rt-1', scope: SCOPE }, deps)
const fault = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )

beforeEach(() => {
  server.received.length = 0
  server.answer = json(200, good)
})

describe('authorizeUrl (RFC 6749 §4.1.1)', () => {
  it('names response type, client, redirect URI, scope and state', () => {
    const url = authorizeUrl(utility, { scope: SCOPE, state: 's-1', redirectUri: 'https://gw.example/cb' })
    expect(`${url.origin}${url.pathname}`).toBe(`${server.url}/oauth/authorize`)
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: 'gateway',
      redirect_uri: 'https://gw.example/cb',
      scope: SCOPE,
      state: 's-1',
    })
  })
})

describe('exchangeCode (RFC 6749 §4.1.3)', () => {
  it('keeps the granted scope and every URL as they came, and counts the expiry from now', async () => {
    expect(await code()).toEqual({
      accessToken: 'at-1',
      refreshToken: 'rt-1',
      expiresAt: new Date('2026-03-01T13:00:00Z'),
      scope: 'FB=4_5_46;HistoryLength=31536000',
      resourceUri: good.resourceURI,
      authorizationUri: good.authorizationURI,
      customerResourceUri: good.customerResourceURI,
    })
  })

  it('sends the code and exactly the redirect URI, with the credentials form-encoded in HTTP Basic (§2.3.1)', async () => {
    await code()
    const [sent] = server.received
    expect(sent).toMatchObject({
      method: 'POST',
      path: '/oauth/token',
      form: { grant_type: 'authorization_code', code: 'c-1', redirect_uri: 'https://gw.example/cb?x=1' },
    })
    expect(sent?.headers.authorization).toBe(`Basic ${btoa('gateway:s%3Aecret')}`)
  })

  it('sends the credentials in the body where the adapter says post (§2.3.1)', async () => {
    const posting = server.utility({ clientAuth: 'post' })
    await clientCredentials(posting, { scope: 'FB=34_35' }, deps)
    expect(server.received[0]?.form).toEqual({
      grant_type: 'client_credentials',
      client_id: 'gateway',
      client_secret: 's:ecret',
      scope: 'FB=34_35',
    })
    expect(server.received[0]?.headers.authorization).toBeUndefined()
  })

  it('takes what was asked for the scope when the answer names none (§5.1)', async () => {
    const { scope: _, ...rest } = good
    server.answer = json(200, rest)
    expect((await code()).scope).toBe(SCOPE)
  })

  it('refuses a code that the utility no longer takes, as something the customer can repeat', async () => {
    server.answer = json(400, { error: 'invalid_grant' })
    expect(await fault(code())).toMatchObject({ reason: 'code_not_accepted' })
  })
})

describe('a token answer is repaired where its meaning is plain', () => {
  it.each([
    ['no token_type', 200, { access_token: 'at-1', expires_in: 3600 }],
    ['token_type BearerToken', 200, { access_token: 'at-1', token_type: 'BearerToken', expires_in: 3600 }],
    ['status 201', 201, { access_token: 'at-1', token_type: 'bearer', expires_in: 3600 }],
    ['expires_in as text', 200, { access_token: 'at-1', token_type: 'Bearer', expires_in: '3600' }],
    ['an id token', 200, { access_token: 'at-1', token_type: 'Bearer', expires_in: 3600, id_token: 'x' }],
    [
      'empty and null members',
      200,
      {
        access_token: 'at-1',
        token_type: 'Bearer',
        expires_in: 3600,
        refresh_token: '',
        scope: null,
        customerResourceURI: '',
      },
    ],
  ])('%s', async (_, status, body) => {
    server.answer = json(status, body)
    expect(await code()).toEqual({
      accessToken: 'at-1',
      refreshToken: null,
      expiresAt: new Date('2026-03-01T13:00:00Z'),
      scope: SCOPE,
      resourceUri: null,
      authorizationUri: null,
      customerResourceUri: null,
    })
  })

  it('JSON labelled as HTML', async () => {
    server.answer = text(200, JSON.stringify(good), { 'content-type': 'text/html' })
    expect((await code()).accessToken).toBe('at-1')
  })

  it.each([0, undefined])('expires_in %s means that the token names no end', async (expires_in) => {
    server.answer = json(200, { ...good, expires_in })
    expect((await code()).expiresAt).toBeNull()
  })

  it('an expiry of thousands of years ends where dates do', async () => {
    server.answer = json(200, { ...good, expires_in: 251_963_658_000_000 })
    expect((await code()).expiresAt).toEqual(new Date('9999-12-31T00:00:00Z'))
  })

  it.each(['<html>sign in</html>', '', '[]', '{"token_type":"Bearer"}'])(
    'but "%s" is no token response',
    async (body) => {
      server.answer = text(200, body, { 'content-type': 'application/json' })
      const error = await fault(code())
      expect(error).toBeInstanceOf(UpstreamError)
      expect(error).toMatchObject({ permanent: false, utilityId: 'test-utility' })
    },
  )
})

describe('refresh (RFC 6749 §6)', () => {
  it('sends the granted scope verbatim', async () => {
    await renew()
    expect(server.received[0]?.form).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'rt-1',
      scope: SCOPE,
    })
  })

  it('sends no scope, or the literal, where the adapter says so', async () => {
    const grant = { refreshToken: 'rt-1', scope: SCOPE }
    await refresh(server.utility({ quirks: { refreshScope: 'omit' } }), grant, deps)
    const literal = server.utility({
      quirks: { refreshScope: 'literal' },
      scope: { requestable: [46], customerBlock: 46, parameters: [], literal: 'FB=1_3' },
    })
    await refresh(literal, grant, deps)
    expect(server.received.map(({ form }) => form.scope)).toEqual([undefined, 'FB=1_3'])
  })

  it.each(['invalid_grant', 'access_denied'])('takes %s for a withdrawn authorization', async (error) => {
    server.answer = json(400, { error })
    expect(await fault(renew())).toBeInstanceOf(AuthorizationWithdrawnError)
  })

  it.each([
    [400, { error: 'invalid_scope' }],
    [400, 'blocked by the firewall'],
    [403, ''],
    [404, ''],
  ])('does not take %s %j for one: the operator must look', async (status, body) => {
    server.answer = json(status, body)
    expect(await fault(renew())).toMatchObject({ name: 'UpstreamError', status, permanent: true })
  })

  it('takes 401 for our own credentials (RFC 6749 §5.2 invalid_client)', async () => {
    server.answer = json(401, { error: 'invalid_client' }, { 'www-authenticate': 'Basic realm="x"' })
    const error = await fault(renew())
    expect(error).toMatchObject({ name: 'UpstreamError', status: 401, permanent: true })
    expect(String(error)).toContain('check the client id and secret')
  })

  it.each([
    [503, { 'retry-after': '120' }, 120_000],
    [429, { 'retry-after': 'Sun, 01 Mar 2026 12:00:30 GMT' }, 30_000],
    [500, {}, undefined],
  ])('can be repeated after %s', async (status, headers, retryAfterMs) => {
    server.answer = text(status, 'down', headers)
    const error = await fault(renew())
    expect(error).toMatchObject({ name: 'UpstreamError', status, permanent: false })
    expect((error as UpstreamError).retryAfterMs).toBe(retryAfterMs)
  })

  it('can be repeated after a connection that fails', async () => {
    server.answer = (response) => response.destroy()
    expect(await fault(renew())).toMatchObject({ name: 'UpstreamError', permanent: false })
  })

  it('does not follow a redirect with the credentials', async () => {
    server.answer = text(307, '', { location: 'http://127.0.0.1:1/elsewhere' })
    expect(await fault(renew())).toMatchObject({ name: 'UpstreamError', status: 307 })
    expect(server.received).toHaveLength(1)
  })
})

describe('passwordGrant (RFC 6749 §4.3)', () => {
  it('sends username, password and scope in the body', async () => {
    await password()
    expect(server.received[0]?.form).toEqual({
      grant_type: 'password',
      username: 'house',
      password: 'hunter2',
      scope: SCOPE,
    })
    expect(server.received[0]?.path).toBe('/oauth/token')
  })

  it('tells a wrong password apart from a utility that does not work', async () => {
    server.answer = json(400, { error: 'invalid_grant' })
    const error = await fault(password())
    expect(error).toBeInstanceOf(SignInRefusedError)
    expect(error).toMatchObject({ reason: 'wrong_credentials' })
    server.answer = json(400, { error: 'unsupported_grant_type' })
    expect(await fault(password())).toMatchObject({ name: 'UpstreamError', permanent: true })
  })

  it.each([
    json(400, { error: 'invalid_grant', error_description: 'hunter2 is wrong for house' }),
    json(400, { error: 'hunter2' }),
    json(401, { error: 'invalid_client', error_description: 'house hunter2' }),
    text(503, 'house hunter2'),
    text(200, 'house hunter2 s:ecret'),
    json(200, { access_token: 7, token_type: 'house hunter2 s:ecret' }),
    (response: { destroy(): void }) => response.destroy(),
  ])('keeps username, password and secret out of every error, causes included (%#)', async (answer) => {
    server.answer = answer as typeof server.answer
    const error = await fault(password())
    expect(error).toBeInstanceOf(Error)
    expect(inspect(error, { depth: 20, showHidden: true })).not.toMatch(/hunter2|house|s:ecret|s%3Aecret/)
  })
})
