import { beforeAll, describe, expect, it } from 'vitest'
import { grant, grantListing } from '../../../src/cds/wire/grant.ts'
import {
  approve,
  authorizeUrl,
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
  app = await startOauthApp('grants')
  registered = await register(app)
  await approve(app, authorizeUrl(app, registered.consent, { state: 'one' }))
  app.clock.advance(10_000)
  await approve(app, authorizeUrl(app, registered.consent, { state: 'two', scope: 'cds_rate_plan' }))
})

const list = async (query = '') =>
  grantListing.parse((await call(`${app.url}/cds/v1/grants${query}`, { token: registered.token })).body)
    .grants
const statesOf = async (query: string) => (await list(query)).map(({ states }) => states[0])

describe('Grants API, CDS-WG1-02 §8', () => {
  it('lists the one modified last first (§8.4)', async () => {
    expect(await statesOf('')).toEqual(['two', 'one'])
  })

  it.each([
    ['?states=one', ['one']],
    ['?statuses=pending', ['two', 'one']],
    ['?statuses=active', []],
    ['?scopes=cds_rate_plan', ['two']],
    ['?scopes=cds_rate_plan%20cds_usage', ['two', 'one']],
    ['?after=2026-06-15T12:00:05Z', ['two']],
    ['?before=2026-06-15T12:00:05Z', ['one']],
    ['?parents=g_1', []],
    ['?states=one&scopes=cds_rate_plan', []],
  ])('filters by %s, all filters together (§8.4)', async (query, states) => {
    expect(await statesOf(query)).toEqual(states)
  })

  it('filters by grant_ids, client_ids and receipt_confirmations (§8.4)', async () => {
    const [two] = await list('?states=two')
    expect(await statesOf(`?grant_ids=${two?.grant_id}`)).toEqual(['two'])
    expect(await statesOf(`?receipt_confirmations=${two?.receipt_confirmations[0]}`)).toEqual(['two'])
    expect(await statesOf(`?client_ids=${registered.consent.clientId}`)).toEqual(['two', 'one'])
    expect(await statesOf(`?client_ids=${registered.admin.clientId}`)).toEqual([])
  })

  it('shows nothing of another registration', async () => {
    const other = await register(app)
    const { body } = await call(`${app.url}/cds/v1/grants`, { token: other.token })
    expect(body.grants).toEqual([])
    const [one] = await list()
    expect((await call(String(one?.uri), { token: other.token })).status).toBe(404)
  })

  it('pages in both directions by sealed links (§8.4)', async () => {
    const [newest] = await list()
    const inner = await app.grants.find(String(newest?.grant_id))
    for (let index = 0; index < 100; index++) {
      const at = new Date(app.clock.now().getTime() + index)
      const id = `g_${String(index).padStart(32, '0')}`
      const grant = {
        ...inner!,
        grantId: id as never,
        states: [`n${index}`],
        created: at,
        modified: at,
      }
      await app.grants.create(grant, { requestKey: Buffer.from(id), mostOpen: 200 })
    }
    const first = await call(`${app.url}/cds/v1/grants`, { token: registered.token })
    expect(first.body.grants).toHaveLength(100)
    expect(first.body.previous).toBeNull()
    const second = await call(String(first.body.next), { token: registered.token })
    expect((second.body.grants as Body[]).length).toBe(2)
    expect(second.body.next).toBeNull()
    const back = await call(String(second.body.previous), { token: registered.token })
    expect(back.body.grants).toEqual(first.body.grants)
    const forged = await call(`${app.url}/cds/v1/grants?page=AAAA`, { token: registered.token })
    expect(forged.status).toBe(400)
  })

  it('closes a grant: nothing enabled, tokens dead, data to be erased (§8.6)', async () => {
    const { code } = await approve(app, authorizeUrl(app, registered.consent, { state: 'three' }))
    const fields = { grant_type: 'authorization_code', code }
    const token = String((await post(`${app.url}/oauth/token`, fields, registered.consent)).body.access_token)
    const [three] = await list('?states=three')
    const patch = (body: unknown) =>
      call(String(three?.uri), { method: 'PATCH', token: registered.token, body })
    expect((await patch({ status: 'active' })).status).toBe(400)
    expect((await patch({ scope: 'cds_rate_plan' })).status).toBe(400)
    expect((await patch({ nonsense: 1 })).body.status).toBe('pending')
    const closed = await patch({ status: 'closed' })
    expect(grant.parse(closed.body)).toMatchObject({
      status: 'closed',
      eta: null,
      enabled_scope: '',
      enabled_authorization_details: [],
    })
    expect((await call(`${app.url}/cds/v1/accounts`, { token })).status).toBe(401)
    expect(app.ended.map(({ grantId }) => grantId)).toEqual([three?.grant_id])
    expect((await patch({ status: 'closed' })).status).toBe(200)
    expect(app.ended).toHaveLength(1)
  })
})
