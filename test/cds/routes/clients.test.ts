import { beforeAll, describe, expect, it } from 'vitest'
import { client, clientListing } from '../../../src/cds/wire/client.ts'
import {
  authorizeUrl,
  type Body,
  Browser,
  call,
  type OauthApp,
  post,
  type Registered,
  register,
  startOauthApp,
} from '../../support/oauth-app.ts'

let app: OauthApp
let registered: Registered
beforeAll(async () => {
  app = await startOauthApp('clients')
  registered = await register(app)
})

const uriOf = (clientId: string) => `${app.url}/cds/v1/clients/${clientId}`
const get = (url: string, token = registered.token) => call(url, { token })
const put = (body: unknown, clientId = registered.consent.clientId) =>
  call(uriOf(clientId), { method: 'PUT', token: registered.token, body })

describe('Clients API, CDS-WG1-02 §5', () => {
  it('needs an admin token', async () => {
    expect((await call(`${app.url}/cds/v1/clients`)).status).toBe(401)
    expect((await get(`${app.url}/cds/v1/clients`, 'nonsense')).status).toBe(401)
  })

  it('lists the clients of one registration without secrets, filtered by client_ids (§5.3)', async () => {
    await register(app)
    const { body, text } = await get(`${app.url}/cds/v1/clients`)
    expect(clientListing.parse(body).clients).toHaveLength(4)
    expect(text).not.toContain('client_secret"')
    const { clientId } = registered.consent
    const one = await get(`${app.url}/cds/v1/clients?client_ids=${clientId}%20c_unknown`)
    expect((one.body.clients as Body[]).map(({ client_id }) => client_id)).toEqual([clientId])
  })

  it('shows one client at its cds_client_uri, and none of another registration (§5.4)', async () => {
    const other = await register(app)
    expect((await get(uriOf(registered.consent.clientId))).body.cds_client_uri).toBe(
      uriOf(registered.consent.clientId),
    )
    expect((await get(uriOf(other.consent.clientId))).status).toBe(404)
  })

  it('lists the one modified last first, and tells of it in a message (§5.3)', async () => {
    app.clock.advance(1000)
    await put({ client_name: 'Renamed' })
    const { body } = await get(`${app.url}/cds/v1/clients`)
    expect((body.clients as Body[])[0]).toMatchObject({
      client_id: registered.consent.clientId,
      client_name: 'Renamed',
      cds_modified: '2026-06-15T12:00:01Z',
    })
    const messages = await get(`${app.url}/cds/v1/messages`)
    expect((messages.body.unread as Body[])[0]).toMatchObject({
      type: 'notification',
      related_type: 'client',
      related_uri: uriOf(registered.consent.clientId),
    })
  })

  it('replaces the fields that were sent and resets the others to their defaults (§5.5)', async () => {
    const { clientId } = registered.consent
    const uri = 'https://app.test/callback'
    const full = await put({
      client_name: 'App',
      redirect_uris: [uri],
      contacts: ['dev@app.test'],
      client_uri: 'https://app.test',
      cds_default_scope: 'cds_usage',
      cds_default_authorization_details: [{ type: 'cds_usage', segment_start: 'P3Y' }],
    })
    expect(full.status).toBe(200)
    expect(client.parse(full.body)).toMatchObject({
      client_name: 'App',
      redirect_uris: [uri],
      cds_default_redirect_uri: uri,
      cds_default_scope: 'cds_usage',
      cds_default_authorization_details: [{ type: 'cds_usage', segment_start: 'P3Y' }],
      client_uri: 'https://app.test',
    })
    const reset = await put({})
    expect(reset.body).toMatchObject({
      client_name: clientId,
      contacts: [],
      redirect_uris: [`${app.url}/oauth/default-redirect/${clientId}`],
      cds_default_scope:
        'cds_usage cds_rate_plan cds_service_contracts cds_bill_statements cds_service_bills',
      cds_default_authorization_details: [],
    })
    expect(reset.body).not.toHaveProperty('client_uri')
  })

  it('uses the defaults where an authorization request is silent (CDS-WG3-01 §9.1.1)', async () => {
    const uri = 'https://app.test/callback'
    await put({ redirect_uris: [uri], cds_default_scope: 'cds_rate_plan' })
    const { clientId } = registered.consent
    const answer = await new Browser().get(
      `${app.url}/oauth/authorize?response_type=code&client_id=${clientId}&code_challenge=short&code_challenge_method=S256`,
    )
    expect(answer.headers.get('location')).toMatch(/^https:\/\/app.test\/callback\?error=invalid_request/)
    await put({})
  })

  it.each([
    ['another client_id', { client_id: 'c_other' }, 'invalid_client_metadata'],
    ['a secret', { client_secret: 'x' }, 'invalid_client_metadata'],
    ['a scope it never had', { scope: 'cds_usage cds_client_admin' }, 'invalid_client_metadata'],
    ['a status that is not offered', { cds_status: 'production' }, 'invalid_client_metadata'],
    [
      'a redirect URI whose origin would end a directive of the policy',
      { redirect_uris: ['https://a;sandbox;x/cb'] },
      'invalid_client_metadata',
    ],
    [
      'a redirect URI with a comma in its host',
      { redirect_uris: ['https://a,b/cb'] },
      'invalid_client_metadata',
    ],
    ['a redirect URI with a fragment', { redirect_uris: ['https://app.test/#x'] }, 'invalid_client_metadata'],
    [
      'a default redirect URI that is not one of them',
      { redirect_uris: ['https://app.test/a'], cds_default_redirect_uri: 'https://app.test/b' },
      'invalid_redirect_uri',
    ],
    [
      'default details that no request could carry',
      { cds_default_authorization_details: [{ type: 'cds_usage', nonsense: true }] },
      'invalid_client_metadata',
    ],
  ])('refuses %s (RFC 7592 §2.2)', async (_what, body, error) => {
    const answer = await put(body)
    expect([answer.status, answer.body.error]).toEqual([400, error])
  })

  it('keeps the admin client alive (§5.1)', async () => {
    expect((await put({ cds_status: 'disabled' }, registered.admin.clientId)).status).toBe(400)
  })

  it('lets a disabled client do nothing, and dates its secrets by that (§5.2, §7.1)', async () => {
    const { consent, token } = await register(app)
    const uri = uriOf(consent.clientId)
    await call(uri, { method: 'PUT', token, body: { cds_status: 'disabled' } })
    const fields = { grant_type: 'authorization_code', code: 'x' }
    expect((await post(`${app.url}/oauth/token`, fields, consent)).body.error).toBe('invalid_client')
    expect((await new Browser().get(authorizeUrl(app, consent))).status).toBe(400)
    const { body } = await call(`${app.url}/cds/v1/credentials?client_ids=${consent.clientId}`, { token })
    expect((body.credentials as Body[])[0]?.client_secret_expires_at).toBe(
      Math.floor(app.clock.now().getTime() / 1000),
    )
    const again = await call(uri, { method: 'PUT', token, body: { cds_status: 'sandbox' } })
    expect(again.body.cds_status).toBe('sandbox')
  })
})

describe('production clients, RFC 6749 §3.1.2.1', () => {
  it('are made where the operator says so, and take redirect URIs with https only', async () => {
    const both = await startOauthApp('clients_production', { environments: ['sandbox', 'production'] })
    const { clients, token } = await register(both, 'cds_client_admin cds_usage')
    const production = clients.find(
      ({ scope, cds_status }) => scope === 'cds_usage' && cds_status === 'production',
    )
    expect(production?.cds_status_options).toEqual(['production', 'disabled'])
    const send = (uri: string) =>
      call(String(production?.cds_client_uri), { method: 'PUT', token, body: { redirect_uris: [uri] } })
    expect((await send('http://app.test/cb')).body.error).toBe('invalid_redirect_uri')
    expect((await send('https://app.test/cb')).status).toBe(200)
    expect((await send('http://127.0.0.1:8000/cb')).status).toBe(200)
  })
})
