import { beforeAll, describe, expect, it } from 'vitest'
import { tokenResponse } from '../../src/cds/wire/token.ts'
import {
  type Body,
  call,
  type OauthApp,
  post,
  type Registered,
  register,
  startOauthApp,
} from '../support/oauth-app.ts'

let app: OauthApp
let registered: Registered
let page: string
beforeAll(async () => {
  app = await startOauthApp('self_access')
  registered = await register(app)
  page = await linkOf(registered)
})

const messages = async ({ token }: Registered) => (await call(`${app.url}/cds/v1/messages`, { token })).body
const linkOf = async (who: Registered) =>
  String(((await messages(who)).outstanding as Body[])[0]?.related_uri)
const signIn = (fields: Record<string, string> = {}, url = page) =>
  post(url, { utility_id: 'test-power', username: 'house', password: 'pass word', ...fields })
const token = (fields: Record<string, string> = {}, who = registered) =>
  post(`${app.url}/oauth/token`, { grant_type: 'client_credentials', ...fields }, who.query)

describe('self-access, CDS-WG1-02 §3.6 sso_verification', () => {
  it('refuses a token until accounts are linked, and says where to go without the secret link', async () => {
    const answer = await token({ scope: 'cds_query_usage' })
    expect([answer.status, answer.body.error]).toEqual([400, 'unauthorized_client'])
    expect(answer.body.error_description).toContain(`${app.url}/cds/v1/messages`)
    expect(answer.text).not.toContain('self-access')
  })

  it('shows a page that takes the password once', async () => {
    const answer = await call(page)
    expect(answer.text).toContain('autocomplete="current-password"')
    expect(answer.text).toContain('Test Power')
    expect((await call(`${app.url}/self-access/nonsense`)).status).toBe(404)
  })

  it('says clearly when the password is wrong or the utility does not answer', async () => {
    const wrong = await signIn({ password: 'secret-mistake' })
    expect([wrong.status, wrong.text.includes('did not accept this username and password')]).toEqual([
      400,
      true,
    ])
    expect(wrong.text).not.toContain('secret-mistake')
    app.signIn.isDown = true
    const down = await signIn()
    app.signIn.isDown = false
    expect([down.status, down.text.includes('is not answering')]).toEqual([503, true])
    expect((await token()).body.error).toBe('unauthorized_client')
  })

  it('links the accounts, begins the sync, and answers the message with pending and complete (§3.6)', async () => {
    const answer = await signIn()
    expect([answer.status, answer.text.includes('are linked')]).toEqual([200, true])
    expect(app.signIn.synced).toHaveLength(1)
    const { unread, outstanding } = await messages(registered)
    const updates = (unread as Body[]).filter(({ type }) => type === 'request_update')
    expect(updates.map(({ status }) => status).sort()).toEqual(['complete', 'pending'])
    expect((outstanding as Body[]).map(({ type }) => type)).not.toContain('online_form_request')
  })

  it('then gives a token and a grant for all of it (CDS-WG3-01 §6.2)', async () => {
    const body = tokenResponse.parse((await token({ scope: 'cds_query_usage cds_query_accounts' })).body)
    expect(body.authorization_details).toMatchObject([
      { type: 'cds_query_usage', segment_start: 'infinite', sync_until: 'infinite', account_numbers: null },
      { type: 'cds_query_accounts', include_account_numbers: true },
    ])
    expect(body.refresh_token).toBeUndefined()
    const grant = await app.grants.find(String(body.cds_grant_ids?.[0]))
    expect(grant).toMatchObject({ status: 'pending', selection: 'all' })
    const data = await call(`${app.url}/cds/v1/accounts`, { token: body.access_token })
    expect(data.body.grants).toEqual(body.cds_grant_ids)
  })

  it('finds the same grant for the same request, also for two at once', async () => {
    const asked = {
      authorization_details: JSON.stringify([
        { type: 'cds_query_usage', segment_start: 'P30D', contract_numbers: ['C-1'] },
      ]),
    }
    const answers = await Promise.all([token(asked), token(asked)])
    app.clock.advance(60_000)
    answers.push(await token(asked))
    const ids = answers.map(({ body }) => (body.cds_grant_ids as string[])[0])
    expect(new Set(ids).size).toBe(1)
    const other = await token({ scope: 'cds_query_usage' })
    expect((other.body.cds_grant_ids as string[])[0]).not.toBe(ids[0])
    // §6.2: preselection fields stay, they filter.
    expect(answers[0]?.body.authorization_details).toMatchObject([{ contract_numbers: ['C-1'] }])
  })

  it('can be used again, and adds to the open grants', async () => {
    const before = (await token({ scope: 'cds_query_accounts' })).body.cds_grant_ids as string[]
    await signIn()
    expect((await app.grants.find(String(before[0])))?.utilityAuthorizationIds).toHaveLength(2)
  })

  it.each([
    ['an unknown field', { type: 'cds_query_usage', nonsense: true }, /nonsense/],
    ['an unknown type', { type: 'nonsense' }, /nonsense/],
    ['a number for a boolean', { type: 'cds_query_accounts', include_account_numbers: 1 }, /true or false/],
    ['an empty list', { type: 'cds_query_accounts', account_numbers: [] }, /non-empty/],
    ['hours that are no duration', { type: 'cds_query_usage', segment_start: 'P1H' }, /duration/],
    ['an unknown choice', { type: 'cds_query_usage', service_types: ['steam'] }, /electric/],
    ['updates until the past', { type: 'cds_query_usage', sync_until: '2020-01-01T00:00:00Z' }, /PT0S/],
  ])(
    'refuses %s with invalid_authorization_details that names it (RFC 9396 §5)',
    async (_what, entry, text) => {
      const answer = await token({ authorization_details: JSON.stringify([entry]) })
      expect(answer.body.error).toBe('invalid_authorization_details')
      expect(answer.body.error_description).toMatch(text)
    },
  )

  it('limits the sign-ins of one link and address', async () => {
    const strict = await startOauthApp('self_access_limit', { signInsPerHour: 2 })
    const who = await register(strict)
    const { body } = await call(`${strict.url}/cds/v1/messages`, { token: who.token })
    const url = String((body.outstanding as Body[])[0]?.related_uri)
    const statuses = []
    for (let attempt = 0; attempt < 3; attempt++) statuses.push((await signIn({ password: 'x' }, url)).status)
    expect(statuses).toEqual([400, 400, 429])
  })
})
