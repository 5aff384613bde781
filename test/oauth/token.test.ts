import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { tokenResponse } from '../../src/cds/wire/token.ts'
import {
  type Answer,
  approve,
  authorizeUrl,
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
  app = await startOauthApp('token')
  registered = await register(app)
})

const token = (fields: Record<string, string> | string, keys = registered.consent) =>
  post(`${app.url}/oauth/token`, fields, keys)
const redeem = (code: string, extra: Record<string, string> = {}) =>
  token({ grant_type: 'authorization_code', code, ...extra })
const refresh = (value: unknown) => token({ grant_type: 'refresh_token', refresh_token: String(value) })
const accounts = (answer: Answer) =>
  call(`${app.url}/cds/v1/accounts`, { token: String(answer.body.access_token) })

describe('client authentication, RFC 6749 §2.3.1', () => {
  it.each([
    ['a wrong secret', () => ({ ...registered.admin, secret: 'wrong' })],
    ['an unknown client', () => ({ clientId: 'c_unknown', secret: 'x' })],
    ['no credentials', () => undefined],
  ])('answers %s with 401 and a challenge', async (_what, keys) => {
    const answer = await post(`${app.url}/oauth/token`, { grant_type: 'client_credentials' }, keys())
    expect(answer.status).toBe(401)
    expect(answer.body.error).toBe('invalid_client')
    expect(answer.headers.get('www-authenticate')).toMatch(/^Basic /)
  })
})

describe('failed authentications, CDS-WG1-02 §11.3', () => {
  it('are refused with 429 after so many of one client and address; a right secret is always answered', async () => {
    const strict = await startOauthApp('token_failures', { failuresPerHour: 2 })
    const { admin, consent } = await register(strict)
    const ask = (secret: string, keys = admin) =>
      post(`${strict.url}/oauth/token`, { grant_type: 'client_credentials' }, { ...keys, secret })
    const statuses = []
    for (const secret of ['x', 'x', 'x', admin.secret, 'x']) statuses.push((await ask(secret)).status)
    expect(statuses).toEqual([401, 401, 429, 200, 429])
    const refused = await ask('x')
    expect(refused.body.error).toBe('too_many_requests')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3500)
    // Another client of the same address has a count of its own, and all that do not exist share one.
    expect((await ask('x', consent)).status).toBe(401)
    const strangers = []
    for (const clientId of ['c_1', 'c_2', 'c_3'])
      strangers.push((await ask('x', { clientId, secret: '' })).status)
    expect(strangers).toEqual([401, 401, 429])
  })
})

describe('token endpoint, RFC 6749 §3.2', () => {
  it('refuses an unknown grant type, one the client may not use, and a parameter sent twice', async () => {
    expect((await token({ grant_type: 'password' })).body.error).toBe('unsupported_grant_type')
    expect((await token({ grant_type: 'client_credentials' })).body.error).toBe('unauthorized_client')
    expect((await token('grant_type=a&grant_type=b')).body.error).toBe('invalid_request')
  })

  it('is never cached (RFC 6749 §5.1)', async () => {
    const answer = await token({ grant_type: 'client_credentials' }, registered.admin)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(tokenResponse.parse(answer.body)).toMatchObject({
      token_type: 'Bearer',
      scope: 'cds_client_admin',
    })
  })

  it('keeps admin and data tokens apart: 403 insufficient_scope (RFC 6750 §3.1)', async () => {
    const answer = await call(`${app.url}/cds/v1/accounts`, { token: registered.token })
    expect(answer.status).toBe(403)
    expect(answer.headers.get('www-authenticate')).toContain('insufficient_scope')
  })

  it('takes a token from the header only (CDS-WG1-02 §11.2)', async () => {
    const answer = await call(`${app.url}/cds/v1/clients?access_token=${registered.token}`)
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /)
  })

  it('ends an access token with its lifetime', async () => {
    const other = await startOauthApp('token_expiry')
    const { token: soon } = await register(other)
    other.clock.advance(3_600_001)
    expect((await call(`${other.url}/cds/v1/clients`, { token: soon })).status).toBe(401)
  })
})

describe('authorization code, RFC 6749 §4.1.3', () => {
  it('becomes tokens that say what was granted', async () => {
    const { code } = await approve(app, authorizeUrl(app, registered.consent))
    const answer = await redeem(code)
    const body = tokenResponse.parse(answer.body)
    expect(body).toMatchObject({ scope: 'cds_usage', expires_in: 3600 })
    expect(body.refresh_token).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(body.cds_grant_ids).toHaveLength(1)
    expect(body.authorization_details).toMatchObject([
      // CDS-WG3-01 §7.3: relative becomes absolute, in the server's zone; history is subtracted.
      { type: 'cds_usage', segment_start: '2025-06-15T12:00:00Z', segment_end: '2027-06-15T12:00:00Z' },
    ])
    // CDS-WG3-01 §6.1.9: no preselection fields.
    expect(body.authorization_details?.[0]).not.toHaveProperty('contract_numbers')
    expect((await accounts(answer)).body.grants).toEqual(body.cds_grant_ids)
  })

  it('used twice is refused, and takes back what came of it (§4.1.2)', async () => {
    const { code } = await approve(app, authorizeUrl(app, registered.consent))
    const first = await redeem(code)
    expect((await accounts(first)).status).toBe(200)
    const second = await redeem(code)
    expect([second.status, second.body.error]).toEqual([400, 'invalid_grant'])
    expect((await accounts(first)).status).toBe(401)
    expect((await refresh(first.body.refresh_token)).body.error).toBe('invalid_grant')
  })

  it('is refused when expired, of another client, or with another redirect_uri', async () => {
    const other = await register(app)
    const uri = `${app.url}/oauth/default-redirect/${registered.consent.clientId}`
    const { code } = await approve(app, authorizeUrl(app, registered.consent, { redirect_uri: uri }))
    const foreign = await token({ grant_type: 'authorization_code', code, redirect_uri: uri }, other.consent)
    expect(foreign.body.error).toBe('invalid_grant')
    expect((await redeem(code)).body.error).toBe('invalid_grant')
    expect((await redeem(code, { redirect_uri: 'https://evil.test' })).body.error).toBe('invalid_grant')
    expect((await redeem(code, { redirect_uri: uri })).status).toBe(200)

    const late = await approve(app, authorizeUrl(app, registered.consent))
    app.clock.advance(61_000)
    expect((await redeem(late.code)).body.error).toBe('invalid_grant')
  })

  it('needs the verifier of its challenge, and none without (RFC 7636 §4.6)', async () => {
    const verifier = 'v'.repeat(43)
    const challenge = createHash('sha256').update(verifier).digest('base64url')
    const pkce = { code_challenge: challenge, code_challenge_method: 'S256' }
    const { code } = await approve(app, authorizeUrl(app, registered.consent, pkce))
    expect((await redeem(code)).body.error).toBe('invalid_grant')
    expect((await redeem(code, { code_verifier: 'w'.repeat(43) })).body.error).toBe('invalid_grant')
    expect((await redeem(code, { code_verifier: verifier })).status).toBe(200)

    const plain = await approve(app, authorizeUrl(app, registered.consent))
    expect((await redeem(plain.code, { code_verifier: verifier })).body.error).toBe('invalid_grant')
  })
})

describe('refresh token, RFC 6749 §6', () => {
  it('of a client that proves who it is stays the same: a lost answer or a repeat harms nobody (RFC 9700 §4.14.2)', async () => {
    const { code } = await approve(app, authorizeUrl(app, registered.consent))
    const first = await redeem(code)
    const again = await Promise.all([1, 2, 3].map(() => refresh(first.body.refresh_token)))
    expect(again.map(({ status, body }) => [status, body.refresh_token])).toEqual(
      again.map(() => [200, first.body.refresh_token]),
    )
    expect(new Set([first, ...again].map(({ body }) => body.access_token)).size).toBe(4)
    for (const answer of [first, ...again]) expect((await accounts(answer)).status).toBe(200)
  })

  it('works for its own client only', async () => {
    const { code } = await approve(app, authorizeUrl(app, registered.consent))
    const { body } = await redeem(code)
    const other = await register(app)
    const fields = { grant_type: 'refresh_token', refresh_token: String(body.refresh_token) }
    expect((await token(fields, other.consent)).body.error).toBe('invalid_grant')
    expect((await refresh(body.refresh_token)).status).toBe(200)
  })
})

describe('revocation RFC 7009 and introspection RFC 7662', () => {
  const introspect = (value: unknown, keys = registered.consent) =>
    post(`${app.url}/oauth/introspect`, { token: String(value) }, keys)

  it('tells a client of its own live tokens only (RFC 7662 §2.2)', async () => {
    const { code } = await approve(app, authorizeUrl(app, registered.consent))
    const { body } = await redeem(code)
    const own = await introspect(body.access_token)
    expect(own.body).toMatchObject({
      active: true,
      client_id: registered.consent.clientId,
      scope: 'cds_usage',
      iss: app.url,
      cds_grant_ids: body.cds_grant_ids,
    })
    expect((await introspect(body.access_token, registered.admin)).body).toEqual({ active: false })
    expect((await introspect('nonsense')).body).toEqual({ active: false })
  })

  it('revokes the whole family with a refresh token (RFC 7009 §2.1), and answers 200 to anything (§2.2)', async () => {
    const { code } = await approve(app, authorizeUrl(app, registered.consent))
    const answer = await redeem(code)
    const revoke = (value: unknown, keys = registered.consent) =>
      post(`${app.url}/oauth/revoke`, { token: String(value) }, keys)
    expect((await revoke(answer.body.refresh_token, registered.admin)).status).toBe(200)
    expect((await accounts(answer)).status).toBe(200)
    expect((await revoke(answer.body.refresh_token)).status).toBe(200)
    expect((await accounts(answer)).status).toBe(401)
    expect((await introspect(answer.body.refresh_token)).body).toEqual({ active: false })
    expect((await revoke('nonsense')).status).toBe(200)
  })
})

describe('grant admin, CDS-WG1-02 §3.3.2', () => {
  const ask = (grantId: string, clientId = registered.consent.clientId) =>
    token(
      {
        grant_type: 'client_credentials',
        scope: 'cds_grant_admin',
        authorization_details: JSON.stringify([
          { type: 'cds_grant_admin', client_id: clientId, grant_id: grantId },
        ]),
      },
      registered.grantAdmin,
    )

  it('opens a grant once something of it is enabled, and no other', async () => {
    const { code } = await approve(app, authorizeUrl(app, registered.consent))
    const [id] = tokenResponse.parse((await redeem(code)).body).cds_grant_ids ?? []
    const grant = await app.grants.find(String(id))
    expect((await ask(String(id))).body.error).toBe('invalid_authorization_details')
    await app.grants.update(
      grant!.grantId,
      { status: 'active', eta: null, enabledScope: 'cds_usage', enabledAuthorizationDetails: [] },
      app.clock.now(),
    )
    const answer = await ask(String(id))
    expect((await accounts(answer)).body.grants).toEqual([id])
    expect((await ask(String(id), 'c_other')).body.error).toBe('invalid_authorization_details')
    expect((await ask('g_other')).body.error).toBe('invalid_authorization_details')
  })
})
