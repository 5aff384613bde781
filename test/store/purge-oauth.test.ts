import { beforeAll, describe, expect, it } from 'vitest'
import { purgeOauth } from '../../src/store/purge-oauth.ts'
import {
  ALL_SCOPES,
  approve,
  authorizeUrl,
  call,
  type OauthApp,
  post,
  register,
  startOauthApp,
} from '../support/oauth-app.ts'

let app: OauthApp
beforeAll(async () => {
  app = await startOauthApp('purge_oauth')
})

const count = async () => {
  const tables = ['access_tokens', 'authorization_codes', 'refresh_tokens', 'authorization_requests'] as const
  const rows = tables.map((table) => app.database.selectFrom(table).selectAll().execute())
  return (await Promise.all(rows)).map(({ length }) => length)
}

it('removes what has ended, and keeps an unused refresh token and the grant', async () => {
  const { consent } = await register(app)
  const { code } = await approve(app, authorizeUrl(app, consent))
  const tokens = await post(`${app.url}/oauth/token`, { grant_type: 'authorization_code', code }, consent)
  await purgeOauth(app.database, app.clock.now())
  expect(await count()).toEqual([2, 1, 1, 1])
  app.clock.advance(3 * 86_400_000)
  await purgeOauth(app.database, app.clock.now())
  expect(await count()).toEqual([0, 1, 1, 0])
  app.clock.advance(31 * 86_400_000)
  await purgeOauth(app.database, app.clock.now())
  expect(await count()).toEqual([0, 0, 1, 0])
  const refreshed = await post(
    `${app.url}/oauth/token`,
    { grant_type: 'refresh_token', refresh_token: String(tokens.body.refresh_token) },
    consent,
  )
  expect(refreshed.status).toBe(200)
})

describe('registrations', () => {
  const rows = async () => {
    const found = await app.pool.query(`select (select count(*) from clients)::int clients,
      (select count(*) from credentials)::int credentials, (select count(*) from messages)::int messages,
      (select count(*) from self_access_links)::int links`)
    return found.rows[0]
  }

  it('go with all they have when none of their clients got a token within seven days', async () => {
    await register(app)
    const before = await rows()
    const body = { scope: ALL_SCOPES }
    const answer = await call(`${app.url}/oauth/register`, { method: 'POST', body })
    app.clock.advance(7 * 86_400_000)
    await purgeOauth(app.database, app.clock.now())
    expect(await rows()).toEqual({
      clients: before.clients + 4,
      credentials: before.credentials + 4,
      messages: before.messages + 1,
      links: before.links + 1,
    })
    app.clock.advance(1000)
    await purgeOauth(app.database, app.clock.now())
    expect(await rows()).toEqual(before)
    const keys = { clientId: String(answer.body.client_id), secret: String(answer.body.client_secret) }
    const asked = await post(`${app.url}/oauth/token`, { grant_type: 'client_credentials' }, keys)
    expect(asked.body.error).toBe('invalid_client')
  })

  it('of which one client got a token stay', async () => {
    const before = await rows()
    const body = { scope: ALL_SCOPES }
    const answer = await call(`${app.url}/oauth/register`, { method: 'POST', body })
    const keys = { clientId: String(answer.body.client_id), secret: String(answer.body.client_secret) }
    await post(`${app.url}/oauth/token`, { grant_type: 'client_credentials' }, keys)
    app.clock.advance(30 * 86_400_000)
    await purgeOauth(app.database, app.clock.now())
    expect(await rows()).toMatchObject({ clients: before.clients + 4, links: before.links + 1 })
  })

  it('to which a customer has given anything stay, though no client has come for it yet', async () => {
    const before = await rows()
    const body = { scope: ALL_SCOPES }
    for (const _ of ['a grant', 'a link']) await call(`${app.url}/oauth/register`, { method: 'POST', body })
    const { rows: clients } = await app.pool.query<{ client_id: string; scope: string }>(
      'select client_id, scope from clients where created = $1 order by registration_id',
      [app.clock.now()],
    )
    const of = (scope: string) => clients.filter((client) => client.scope.includes(scope))
    const consent = { clientId: String(of('cds_usage')[0]?.client_id), secret: '' }
    await approve(app, authorizeUrl(app, consent))
    const [, other] = of('cds_query')
    await app.pool.query(`insert into client_utility_authorizations values ($1, 'ua_linked', now())`, [
      other?.client_id,
    ])
    app.clock.advance(30 * 86_400_000)
    await purgeOauth(app.database, app.clock.now())
    expect(await rows()).toMatchObject({ clients: before.clients + 8 })
  })
})

it('keeps a family as long as anything of it is left, and then removes it with that', async () => {
  const now = app.clock.now().getTime()
  const days = (count: number) => new Date(now + count * 86_400_000)
  await app.pool.query(
    `insert into token_families values ('f_used', 'c', $1, null), ('f_live', 'c', $1, null), ('f_ended', 'c', $1, $1), ('f_young', 'c', $2, $2)`,
    [days(-90), days(-10)],
  )
  await app.pool.query(
    `insert into refresh_tokens values ('\\x0a', 'c', 'cr', '{}', 'f_used', $1, null, $1),
      ('\\x0b', 'c', 'cr', '{}', 'f_live', $1, null, $1), ('\\x0c', 'c', 'cr', '{}', 'f_live', $1, null, null)`,
    [days(-60)],
  )
  await app.pool.query(
    `insert into authorization_codes values ('\\x0d', 'c', '{}', null, null, 'f_used', $1, null)`,
    [days(-90)],
  )
  await purgeOauth(app.database, app.clock.now())
  const left = await app.pool.query(`select family_id from token_families where client_id = 'c' order by 1`)
  expect(left.rows.map((row) => row.family_id)).toEqual(['f_live', 'f_young'])
})

it('removes families without a code or token, and counts whose hour is over', async () => {
  const at = new Date(app.clock.now().getTime() - 40 * 86_400_000)
  const family = { family_id: 'old', client_id: 'c_old' as never, created: at, ended_at: at }
  await app.database.insertInto('token_families').values(family).execute()
  await app.pool.query(`insert into rate_limits values ('over', 1, 1000), ('counting', 1, $1)`, [
    Date.now() + 60_000,
  ])
  await purgeOauth(app.database, app.clock.now())
  const found = await app.pool.query(`select family_id as id from token_families where family_id = 'old'
    union all select key from rate_limits where key in ('over', 'counting')`)
  expect(found.rows).toEqual([{ id: 'counting' }])
})

it('keeps the newest 5000 notifications of a registration, and everything else', async () => {
  const { token } = await register(app)
  const client = await app.database
    .selectFrom('messages')
    .select('registration_id')
    .orderBy('created', 'desc')
    .executeTakeFirstOrThrow()
  await app.pool.query(
    `insert into messages (message_id, registration_id, type, read, status, name, description, created, modified)
     select 'm_n' || n, $1, 'notification', false, 'complete', 'n', 'd', $2::timestamptz + n * interval '1 ms', $2::timestamptz + n * interval '1 ms'
     from generate_series(1, 5003) n`,
    [client.registration_id, app.clock.now()],
  )
  await purgeOauth(app.database, app.clock.now())
  const { rows } = await app.pool.query(
    `select count(*)::int as kept, count(*) filter (where message_id in ('m_n1', 'm_n2', 'm_n3'))::int as oldest from messages where message_id like 'm\\_n%'`,
  )
  expect(rows).toEqual([{ kept: 5000, oldest: 0 }])
  const { body } = await call(`${app.url}/cds/v1/messages?list=outstanding`, { token })
  expect(body.outstanding).toHaveLength(1)
})
