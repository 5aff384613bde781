import { beforeAll, describe, expect, it } from 'vitest'
import { tokenResponse } from '../../src/cds/wire/token.ts'
import {
  adminToken,
  type Body,
  call,
  type OauthApp,
  post,
  type Registered,
  register,
  startOauthApp,
} from '../support/oauth-app.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

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
    expect(answer.headers.get('x-frame-options')).toBe('DENY')
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

  it('has a link that is kept nowhere, is the same all day, and works until the thirtieth day after', async () => {
    const late = await startOauthApp('self_access_links')
    const who = await register(late)
    const read = async () => {
      const { body } = await call(`${late.url}/cds/v1/messages`, { token: await adminToken(late, who.admin) })
      return String((body.outstanding as Body[])[0]?.related_uri)
    }
    const link = await read()
    late.clock.advance(11 * HOUR_MS)
    expect(await read()).toBe(link)
    const rows = await late.pool.query(
      'select m::text as row from messages m union select l::text from self_access_links l',
    )
    const mac = link.split('.').at(-1)
    for (const { row } of rows.rows) expect(row).not.toContain(mac)

    late.clock.advance(30 * DAY_MS)
    expect((await call(link)).status).toBe(200)
    late.clock.advance(DAY_MS)
    const expired = await call(link)
    expect([expired.status, expired.text.includes('Take a fresh link from the message')]).toEqual([410, true])
    expect((await signIn({}, link)).status).toBe(410)
    expect((await call(await read())).status).toBe(200)
  })

  it('refuses a link whose message, day or signature was changed', async () => {
    const [id = '', day = '', mac = ''] = page.split('/').at(-1)!.split('.')
    const other = await register(app)
    const [foreign = ''] = (await linkOf(other)).split('/').at(-1)!.split('.')
    for (const link of [
      `${foreign}.${day}.${mac}`,
      `${id}.${Number(day) + 1}.${mac}`,
      `${id}.${day}.${mac.slice(1)}A`,
      `${id}.${day}`,
      id,
    ]) {
      const answer = await call(`${app.url}/self-access/${link}`)
      expect([answer.status, answer.text.includes('Take a fresh link')]).toEqual([404, true])
    }
  })

  it('sends at most ten passwords an hour for one username, whatever link or address they come by', async () => {
    const guessed = await startOauthApp('self_access_guesses', { trustProxy: 1, signInsPerHour: 1000 })
    const owners = await Promise.all(Array.from({ length: 25 }, () => register(guessed)))
    const tried: string[] = []
    const { passwordSignIn } = guessed.signIn
    guessed.signIn.passwordSignIn = async (given) => {
      tried.push(given.password)
      return passwordSignIn(given)
    }
    const guess = async (index: number, password: string, username = 'house') => {
      const { body } = await call(`${guessed.url}/cds/v1/messages`, { token: owners[index % 25]!.token })
      const link = String((body.outstanding as Body[])[0]?.related_uri)
      const fields = { utility_id: 'test-power', username, password }
      return post(link, fields, undefined, { 'x-forwarded-for': `2001:db8:0:1::${index + 1}` })
    }
    const names = ['house', 'House', ' house ', 'HOUSE']
    const answers = await Promise.all(
      owners.map((_, index) => guess(index, `guess ${index}`, names[index % 4])),
    )
    expect(tried).toHaveLength(10)
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused).toHaveLength(15)
    expect(refused[0]?.text).toContain('Nothing was sent to Test Power')
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(3000)
    // The right one is not sent either, so that nobody learns which it is; other usernames are free.
    expect((await guess(1, 'pass word')).status).toBe(429)
    expect((await guess(1, 'pass word', 'other')).status).toBe(400)
  })

  it('forgets wrong passwords when the right one comes', async () => {
    const calm = await startOauthApp('self_access_clear', { passwordsPerHour: 2 })
    const { body } = await call(`${calm.url}/cds/v1/messages`, { token: (await register(calm)).token })
    const url = String((body.outstanding as Body[])[0]?.related_uri)
    const statuses = []
    for (const password of ['x', 'pass word', 'x', 'x', 'x'])
      statuses.push((await signIn({ password }, url)).status)
    expect(statuses).toEqual([400, 200, 400, 400, 429])
  })

  it('limits the sign-ins of one link and address', async () => {
    const strict = await startOauthApp('self_access_limit', { signInsPerHour: 2 })
    const who = await register(strict)
    const { body } = await call(`${strict.url}/cds/v1/messages`, { token: who.token })
    const url = String((body.outstanding as Body[])[0]?.related_uri)
    const statuses = []
    for (let attempt = 0; attempt < 3; attempt++) statuses.push((await signIn({ password: 'x' }, url)).status)
    expect(statuses).toEqual([400, 400, 429])
    expect((await signIn({}, url)).text).toContain('There were too many requests')
  })
})
