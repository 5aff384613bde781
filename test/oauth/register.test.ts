import { beforeAll, describe, expect, it } from 'vitest'
import { client } from '../../src/cds/wire/client.ts'
import { ALL_SCOPES, call, type OauthApp, register, startOauthApp } from '../support/oauth-app.ts'

let app: OauthApp
beforeAll(async () => {
  app = await startOauthApp('register')
})
const send = (body: unknown) => call(`${app.url}/oauth/register`, { method: 'POST', body })

describe('registration, CDS-WG1-02 §4', () => {
  it('answers with the admin client alone, and its secret (§4.2)', async () => {
    const { body, status, headers } = await send({ scope: ALL_SCOPES, client_name: 'Acme' })
    expect(status).toBe(201)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(client.parse(body)).toMatchObject({
      scope: 'cds_client_admin',
      redirect_uris: [],
      response_types: [],
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'client_secret_basic',
      client_name: 'Acme',
      cds_status: 'production',
      cds_status_options: ['production'],
    })
    expect(body.client_secret).toMatch(/^[A-Za-z0-9_-]{43}$/)
  })

  it('makes one client for each way of getting tokens (§4.2)', async () => {
    const { clients } = await register(app)
    expect(clients.map(({ scope }) => scope).sort()).toEqual([
      'cds_client_admin',
      'cds_grant_admin',
      'cds_query_accounts cds_query_service_contracts cds_query_service_points cds_query_meter_devices cds_query_bill_statements cds_query_bill_sections cds_query_usage',
      'cds_usage cds_rate_plan cds_service_contracts cds_bill_statements cds_service_bills',
    ])
  })

  it('gives a consent client a default redirect URI, default scope and sandbox status (§4.2)', async () => {
    const { clients, consent } = await register(app)
    const uri = `${app.url}/oauth/default-redirect/${consent.clientId}`
    expect(clients.find(({ client_id }) => client_id === consent.clientId)).toMatchObject({
      redirect_uris: [uri],
      cds_default_redirect_uri: uri,
      cds_default_scope:
        'cds_usage cds_rate_plan cds_service_contracts cds_bill_statements cds_service_bills',
      cds_default_authorization_details: [],
      cds_status: 'sandbox',
      cds_status_options: ['sandbox', 'disabled'],
      response_types: ['code'],
      grant_types: ['authorization_code', 'refresh_token'],
    })
  })

  it('brings the grant admin client along with a scope that names it (§4.2)', async () => {
    const { clients } = await register(app, 'cds_client_admin cds_usage')
    expect(clients.map(({ scope }) => scope).sort()).toEqual([
      'cds_client_admin',
      'cds_grant_admin',
      'cds_usage',
    ])
  })

  it('ignores redirect_uris (§4.1)', async () => {
    const { clients } = await register(app, ALL_SCOPES, { redirect_uris: ['https://evil.test/cb'] })
    expect(JSON.stringify(clients)).not.toContain('evil.test')
  })

  it('uses the client_id as name when none is given (§5.1)', async () => {
    const { body } = await send({ scope: 'cds_client_admin' })
    expect(body.client_name).toBe(body.client_id)
  })

  it('makes a credential for each client (§4.2)', async () => {
    const { clients, credentials } = await register(app)
    expect(credentials.map(({ client_id }) => client_id).sort()).toEqual(
      clients.map(({ client_id }) => client_id).sort(),
    )
  })

  it('asks query clients at once to sign in (§3.6 sso_verification)', async () => {
    const { token } = await register(app)
    const { body } = await call(`${app.url}/cds/v1/messages`, { token })
    expect(body.outstanding).toEqual([
      expect.objectContaining({
        type: 'online_form_request',
        status: 'open',
        read: false,
        creator: null,
        related_type: 'online_form',
        related_uri: expect.stringMatching(`^${app.url}/self-access/`),
      }),
    ])
  })

  it.each([
    ['no admin scope', { scope: 'cds_usage' }, /cds_client_admin/],
    ['an unknown scope', { scope: 'cds_client_admin nonsense' }, /nonsense/],
    ['no scope', { client_name: 'x' }, /scope/],
    [
      'a name that turns the direction of text',
      { scope: 'cds_client_admin', client_name: 'Acme \u202Egnp.exe' },
      /client_name: .*direction/,
    ],
    ['a line break in a name', { scope: 'cds_client_admin', client_name: 'A\nB' }, /client_name/],
    ['a bell among contacts', { scope: 'cds_client_admin', contacts: ['a\u0007b'] }, /contacts\.0/],
    [
      'a script as client_uri',
      { scope: 'cds_client_admin', client_uri: 'javascript:alert(1)' },
      /client_uri/,
    ],
  ])('refuses %s with invalid_client_metadata (RFC 7591 §3.2.2)', async (_what, body, text) => {
    const answer = await send(body)
    expect(answer.status).toBe(400)
    expect(answer.body.error).toBe('invalid_client_metadata')
    expect(answer.body.error_description).toMatch(text)
  })

  it('answers malformed JSON with 400 and 11 MB with 413 (CDS-WG1-02 §6.9)', async () => {
    const url = `${app.url}/oauth/register`
    expect((await call(url, { method: 'POST', raw: '{"scope":' })).status).toBe(400)
    const huge = JSON.stringify({ scope: 'cds_client_admin', client_name: 'x'.repeat(11 * 1024 * 1024) })
    expect((await call(url, { method: 'POST', raw: huge })).status).toBe(413)
  })
})

describe('registration limits, CDS-WG1-02 §11.3', () => {
  it('answers 429 with Retry-After beyond the rate of one address', async () => {
    const limited = await startOauthApp('register_limit', { registrationsPerHour: 1 })
    const url = `${limited.url}/oauth/register`
    const body = { scope: 'cds_client_admin' }
    expect((await call(url, { method: 'POST', body })).status).toBe(201)
    const second = await call(url, { method: 'POST', body })
    expect(second.status).toBe(429)
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0)
  })
})
