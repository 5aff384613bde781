import { beforeAll, expect, it } from 'vitest'
import { purgeOauth } from '../../src/store/purge-oauth.ts'
import { approve, authorizeUrl, type OauthApp, post, register, startOauthApp } from '../support/oauth-app.ts'

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
