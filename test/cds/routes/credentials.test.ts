import { beforeAll, describe, expect, it } from 'vitest'
import { credential, credentialListing } from '../../../src/cds/wire/credential.ts'
import {
  adminToken,
  type Body,
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
  app = await startOauthApp('credentials')
  registered = await register(app)
})

const list = async (query = '') =>
  credentialListing.parse(
    (await call(`${app.url}/cds/v1/credentials${query}`, { token: registered.token })).body,
  ).credentials
const create = (clientId: string) =>
  call(`${app.url}/cds/v1/credentials`, {
    method: 'POST',
    token: registered.token,
    body: { client_id: clientId },
  })
const patch = (uri: string, body: unknown) => call(uri, { method: 'PATCH', token: registered.token, body })
const now = () => Math.floor(app.clock.now().getTime() / 1000)

describe('Credentials API, CDS-WG1-02 §7', () => {
  it('lists by client_ids, credential_ids, after and before (§7.3)', async () => {
    expect(await list()).toHaveLength(4)
    const [first] = await list(`?client_ids=${registered.consent.clientId}`)
    expect(first?.client_secret).toBe(registered.consent.secret)
    expect(await list(`?credential_ids=${first?.credential_id}`)).toEqual([first])
    expect(await list('?after=2026-06-15T12:00:01Z')).toEqual([])
    expect(await list('?before=2026-06-15T12:00:00Z')).toHaveLength(4)
    const wrong = await call(`${app.url}/cds/v1/credentials?after=yesterday`, { token: registered.token })
    expect(wrong.status).toBe(400)
  })

  it('creates a second secret that works beside the first (§7.5)', async () => {
    const answer = await create(registered.admin.clientId)
    expect(answer.status).toBe(201)
    const made = credential.parse(answer.body)
    expect(made.client_secret_expires_at).toBe(0)
    expect(answer.headers.get('location')).toBe(made.uri)
    const second = { clientId: registered.admin.clientId, secret: made.client_secret }
    expect(await adminToken(app, second)).not.toBe('undefined')
    expect(await adminToken(app, registered.admin)).not.toBe('undefined')
    const { body } = await call(`${app.url}/cds/v1/messages`, { token: registered.token })
    expect((body.unread as Body[]).map(({ related_uri }) => related_uri)).toContain(made.uri)
  })

  it('refuses a client of another registration (§7.5)', async () => {
    const other = await register(app)
    expect((await create(other.admin.clientId)).status).toBe(400)
    const [foreign] = other.credentials
    expect((await call(String(foreign?.uri), { token: registered.token })).status).toBe(404)
  })

  it('lets an expiry come nearer only, never into the past (§7.6)', async () => {
    const { uri } = credential.parse((await create(registered.query.clientId)).body)
    const expire = async (at: unknown) => (await patch(uri, { client_secret_expires_at: at })).status
    expect(await expire(now() - 1)).toBe(400)
    expect(await expire('soon')).toBe(400)
    expect(await expire(0)).toBe(200)
    expect(await expire(now() + 100)).toBe(200)
    expect(await expire(now() + 101)).toBe(400)
    expect(await expire(0)).toBe(400)
    expect(await expire(now() + 50)).toBe(200)
    expect((await patch(uri, { client_secret: 'mine', nonsense: 1 })).status).toBe(200)
  })

  it('expired now takes the secret and the tokens got with it (§7.6)', async () => {
    const made = credential.parse((await create(registered.admin.clientId)).body)
    const keys = { clientId: registered.admin.clientId, secret: made.client_secret }
    const token = await adminToken(app, keys)
    expect((await call(`${app.url}/cds/v1/clients`, { token })).status).toBe(200)
    expect((await patch(made.uri, { client_secret_expires_at: now() })).status).toBe(200)
    expect((await call(`${app.url}/cds/v1/clients`, { token })).status).toBe(401)
    const fields = { grant_type: 'client_credentials' }
    expect((await post(`${app.url}/oauth/token`, fields, keys)).body.error).toBe('invalid_client')
    expect((await call(`${app.url}/cds/v1/clients`, { token: registered.token })).status).toBe(200)
  })

  it('are so many at once for one client, two at once included; an expired one makes room', async () => {
    const few = await startOauthApp('credentials_bound', { credentialsPerClient: 3 })
    const { token, query } = await register(few)
    const url = `${few.url}/cds/v1/credentials`
    const add = () => call(url, { method: 'POST', token, body: { client_id: query.clientId } })
    const answers = await Promise.all([add(), add(), add(), add()])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 409, 409])
    expect((await add()).body.error_description).toBe(
      'client_id: this client has 3 live credentials; expire some of them first',
    )
    const made = credential.parse(answers.find(({ status }) => status === 201)?.body)
    const body = { client_secret_expires_at: Math.floor(few.clock.now().getTime() / 1000) }
    expect((await call(made.uri, { method: 'PATCH', token, body })).status).toBe(200)
    expect((await add()).status).toBe(201)
  })

  it('keeps secrets sealed in the database', async () => {
    const rows = await app.database.selectFrom('credentials').selectAll().execute()
    for (const row of rows) expect(row.client_secret_sealed.toString()).not.toContain(registered.admin.secret)
    const tokens = await app.database.selectFrom('access_tokens').selectAll().execute()
    expect(JSON.stringify(tokens)).not.toContain(registered.token)
  })
})
