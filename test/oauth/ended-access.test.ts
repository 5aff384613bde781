import { beforeAll, describe, expect, it } from 'vitest'
import { credential } from '../../src/cds/wire/credential.ts'
import type { AuthenticatedClient } from '../../src/oauth/authenticate-client.ts'
import { rotates } from '../../src/oauth/issue-tokens.ts'
import type { GrantId } from '../../src/shared/ids.ts'
import {
  type Answer,
  approve,
  authorizeUrl,
  call,
  type Keys,
  type OauthApp,
  post,
  type Registered,
  register,
  startOauthApp,
} from '../support/oauth-app.ts'

let app: OauthApp
beforeAll(async () => {
  app = await startOauthApp('ended_access')
})

const token = (fields: Record<string, string>, keys: Keys) => post(`${app.url}/oauth/token`, fields, keys)
const redeem = (code: string, keys: Keys) => token({ grant_type: 'authorization_code', code }, keys)
const refresh = ({ body }: Answer, keys: Keys) =>
  token({ grant_type: 'refresh_token', refresh_token: String(body.refresh_token) }, keys)
const reads = async ({ body }: Answer) =>
  (await call(`${app.url}/cds/v1/accounts`, { token: String(body.access_token) })).status
const put = ({ token, consent }: Registered, body: unknown) =>
  call(`${app.url}/cds/v1/clients/${consent.clientId}`, { method: 'PUT', token, body })
const isActive = async ({ body }: Answer, name: string, keys: Keys) =>
  (await post(`${app.url}/oauth/introspect`, { token: String(body[name]) }, keys)).body.active

/** A grant of the consent client with its own tokens and one of the grant admin client. */
async function newAccess(registered: Registered, scope = 'cds_usage') {
  const { code } = await approve(app, authorizeUrl(app, registered.consent, { scope }))
  const own = await redeem(code, registered.consent)
  const [grantId] = own.body.cds_grant_ids as GrantId[]
  const enabled = { enabledScope: scope, enabledAuthorizationDetails: [] }
  await app.grants.update(grantId!, { status: 'active', eta: null, ...enabled }, app.clock.now())
  const admin = () => askGrantAdmin(registered, grantId!)
  return { own, grantId: grantId!, askAdmin: admin, admin: await admin() }
}

function askGrantAdmin({ consent, grantAdmin }: Registered, grantId: string) {
  const detail = { type: 'cds_grant_admin', client_id: consent.clientId, grant_id: grantId }
  const fields = { grant_type: 'client_credentials', authorization_details: JSON.stringify([detail]) }
  return token(fields, grantAdmin)
}

describe('disabling a client, CDS-WG1-02 §5.2', () => {
  it('ends every token that reaches its data, its code and the refresh token; enabling it again revives none', async () => {
    const registered = await register(app)
    const { own, admin, askAdmin } = await newAccess(registered)
    const { code } = await approve(app, authorizeUrl(app, registered.consent))
    expect([await reads(own), await reads(admin)]).toEqual([200, 200])

    expect((await put(registered, { cds_status: 'disabled' })).status).toBe(200)
    expect([await reads(own), await reads(admin)]).toEqual([401, 401])
    expect((await askAdmin()).body.error).toBe('invalid_authorization_details')

    expect((await put(registered, { cds_status: 'sandbox' })).status).toBe(200)
    expect([await reads(own), await reads(admin)]).toEqual([401, 401])
    expect((await refresh(own, registered.consent)).body.error).toBe('invalid_grant')
    expect((await redeem(code, registered.consent)).body.error).toBe('invalid_grant')
    // The grant itself stays: the grant admin may ask for it anew.
    expect(await reads(await askAdmin())).toBe(200)
  })

  it('ends what is refreshed at the same moment', async () => {
    const registered = await register(app)
    const { consent } = registered
    const won: Answer[] = []
    for (let round = 0; round < 12; round++) {
      const { own } = await newAccess(registered)
      const answers = await Promise.all([
        refresh(own, consent),
        put(registered, { cds_status: 'disabled' }),
        refresh(own, consent),
      ])
      won.push(...answers.filter(({ body }) => body.access_token !== undefined))
      await put(registered, { cds_status: 'sandbox' })
    }
    for (const answer of won) expect(await reads(answer)).toBe(401)
    const left = app.database.selectFrom('access_tokens').select('hash')
    expect(await left.where('client_id', '=', consent.clientId as never).execute()).toEqual([])
  })
})

describe('taking a scope from a client, CDS-WG1-02 §5.5', () => {
  it('ends the tokens that reach it, whoever holds them, and no others', async () => {
    const registered = await register(app)
    const lost = await newAccess(registered, 'cds_usage')
    const kept = await newAccess(registered, 'cds_rate_plan')
    await put(registered, { scope: 'cds_rate_plan cds_service_contracts' })

    expect([await reads(lost.own), await reads(lost.admin)]).toEqual([401, 401])
    expect((await refresh(lost.own, registered.consent)).body.error).toBe('invalid_grant')
    expect((await lost.askAdmin()).body.error).toBe('invalid_authorization_details')
    expect(await isActive(lost.own, 'refresh_token', registered.consent)).toBe(false)

    expect([await reads(kept.own), await reads(kept.admin)]).toEqual([200, 200])
    expect((await refresh(kept.own, registered.consent)).status).toBe(200)
    expect(await isActive(kept.own, 'refresh_token', registered.consent)).toBe(true)
  })

  it('would end them even if they were left in the database', async () => {
    const registered = await register(app)
    const { own, admin } = await newAccess(registered)
    await app.database
      .updateTable('clients')
      .set({ scope: 'cds_rate_plan' })
      .where('client_id', '=', registered.consent.clientId as never)
      .execute()
    expect([await reads(own), await reads(admin)]).toEqual([401, 401])
    expect(await isActive(own, 'access_token', registered.consent)).toBe(false)
    expect(await isActive(own, 'refresh_token', registered.consent)).toBe(false)
    expect(await isActive(admin, 'access_token', registered.grantAdmin)).toBe(false)
    expect((await refresh(own, registered.consent)).body.error).toBe('invalid_grant')
  })
})

describe('expiring a credential, CDS-WG1-02 §7.6', () => {
  const now = () => Math.floor(app.clock.now().getTime() / 1000)

  it('ends the families that were begun with it, whichever secret refreshed them, and no others', async () => {
    const registered = await register(app)
    const { consent, token: admin } = registered
    const url = `${app.url}/cds/v1/credentials`
    const body = { client_id: consent.clientId }
    const second = credential.parse((await call(url, { method: 'POST', token: admin, body })).body)
    const other = { clientId: consent.clientId, secret: second.client_secret }
    const begun = await redeem((await approve(app, authorizeUrl(app, consent))).code, other)
    const refreshed = await refresh(begun, consent)
    const { own } = await newAccess(registered)
    expect([await reads(refreshed), await reads(own)]).toEqual([200, 200])

    await call(second.uri, { method: 'PATCH', token: admin, body: { client_secret_expires_at: now() } })
    expect([await reads(begun), await reads(refreshed), await reads(own)]).toEqual([401, 401, 200])
    expect((await refresh(begun, consent)).body.error).toBe('invalid_grant')
  })
})

it('rotates the refresh tokens of clients that cannot prove who they are, and no others (RFC 9700 §4.14.2)', () => {
  const methods: AuthenticatedClient['client']['tokenEndpointAuthMethod'][] = [
    'client_secret_basic',
    'none',
    null,
  ]
  expect(methods.map((tokenEndpointAuthMethod) => rotates({ tokenEndpointAuthMethod }))).toEqual([
    false,
    true,
    false,
  ])
})
