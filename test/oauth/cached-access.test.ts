import { createServer } from 'node:http'
import express from 'express'
import { sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import { errorHandler } from '../../src/http/error-handler.ts'
import { withCurrentAccess } from '../../src/oauth/current-access.ts'
import { requireCachedAccess } from '../../src/oauth/require-cached-access.ts'
import type { GrantId } from '../../src/shared/ids.ts'
import { silentLogger } from '../../src/shared/logger.ts'
import { hashSecret } from '../../src/shared/seal.ts'
import { gateCte, passGate } from '../../src/store/access-gate.ts'
import { openDatabase, openPool } from '../../src/store/database.ts'
import { tokenStore } from '../../src/store/tokens.ts'
import { afterThisFile } from '../support/clean-up.ts'
import {
  approve,
  authorizeUrl,
  call,
  type OauthApp,
  post,
  type Registered,
  register,
  startOauthApp,
} from '../support/oauth-app.ts'
import { watchStatements } from '../support/statements.ts'

/** Another process over the same database: its own pool, its own memory. Its listing shows the grants, and reads them behind the gate. */
async function startReader(app: OauthApp, most?: { entries: number; weight: number }) {
  const pool = openPool(app.address, 4)
  const statements = watchStatements(pool)
  const database = openDatabase(pool)
  const server = createServer(
    express()
      .get(
        '/grants',
        requireCachedAccess({ ...app, tokens: tokenStore(database) }, most),
        async (_request, response) => {
          const grants = await withCurrentAccess(response, async ({ grantIds, gate }) => {
            const { rows } = await sql<{ current: boolean; grant_id: string | null }>`
              with ${gateCte(gate)}, page as (select grant_id from grants where grant_id = any(${[...grantIds]}))
              select current, grant_id from gate left join page on gate.current`.execute(database)
            return passGate(rows, ({ grant_id }) => grant_id !== null).map(({ grant_id }) => grant_id)
          })
          response.json({ grants })
        },
      )
      .use(errorHandler({ log: silentLogger, settings: app.settings, isUnavailable: () => false })),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  afterThisFile(async () => {
    server.close()
    await pool.end()
  })
  return {
    /** How it answers, which grants it shows, and how many statements that took. */
    read: async (token: string) => {
      const before = statements.length
      const { status, body } = await call(`http://127.0.0.1:${address.port}/grants`, { token })
      return { status, grants: body.grants, statements: statements.length - before }
    },
    statements,
  }
}
type Reader = Awaited<ReturnType<typeof startReader>>

let app: OauthApp
let readers: Reader[]
beforeAll(async () => {
  app = await startOauthApp('cached_access')
  readers = [await startReader(app), await startReader(app)]
})

/** An active grant of the consent client with a token, and one that the grant admin holds for it; both readers know both tokens. */
async function newAccess(registered: Registered, scope = 'cds_usage') {
  const { code } = await approve(app, authorizeUrl(app, registered.consent, { scope }))
  const fields = { grant_type: 'authorization_code', code }
  const { body } = await post(`${app.url}/oauth/token`, fields, registered.consent)
  const [grantId] = body.cds_grant_ids as GrantId[]
  const enabled = { enabledScope: scope, enabledAuthorizationDetails: [] }
  await app.grants.update(grantId!, { status: 'active', eta: null, ...enabled }, app.clock.now())
  const own = String(body.access_token)
  const admin = await askGrantAdmin(registered, grantId!)
  for (const token of [own, admin, own, admin]) await read(token)
  return { own, admin, grantId: grantId!, refresh: String(body.refresh_token) }
}

async function askGrantAdmin({ consent, grantAdmin }: Registered, grantId: string) {
  const detail = { type: 'cds_grant_admin', client_id: consent.clientId, grant_id: grantId }
  const fields = { grant_type: 'client_credentials', authorization_details: JSON.stringify([detail]) }
  return String((await post(`${app.url}/oauth/token`, fields, grantAdmin)).body.access_token)
}

const read = (token: string) => Promise.all(readers.map((reader) => reader.read(token)))
const statuses = async (...tokens: string[]) =>
  (await Promise.all(tokens.map(read))).flat().map(({ status }) => status)
const put = ({ token }: Registered, clientId: string, body: unknown) =>
  call(`${app.url}/cds/v1/clients/${clientId}`, { method: 'PUT', token, body })

describe('a request for customer data', () => {
  it('takes two statements with a token that is new, and one with a token that is known', async () => {
    const registered = await register(app)
    const { grantId } = await newAccess(registered)
    const token = await askGrantAdmin(registered, grantId)
    const counts = []
    for (let time = 0; time < 3; time++) counts.push((await readers[0]!.read(token)).statements)
    expect(counts).toEqual([2, 1, 1])
  })

  it('keeps what its tokens hold within bounds', async () => {
    const { own, admin } = await newAccess(await register(app))
    const countsOf = async (reader: Reader) => {
      const counts = []
      for (const token of [own, own, admin, own]) counts.push((await reader.read(token)).statements)
      return counts
    }
    expect(await countsOf(await startReader(app, { entries: 1, weight: 100_000 }))).toEqual([2, 1, 2, 2])
    expect(await countsOf(await startReader(app, { entries: 100, weight: 100 }))).toEqual([2, 2, 2, 2])
  })

  it('takes three, and never more, where something has changed', async () => {
    const { own, grantId } = await newAccess(await register(app))
    await app.grants.update(grantId, { status: 'partial' }, app.clock.now())
    expect(await readers[0]!.read(own)).toEqual({ status: 200, grants: [grantId], statements: 3 })
    expect((await readers[0]!.read(own)).statements).toBe(1)
  })

  it('sends statements of a bounded set of texts, whatever its token holds', async () => {
    const [reader] = readers
    const registered = await register(app)
    await newAccess(registered)
    const known = new Set(reader!.statements)
    const held = []
    for (let count = 0; count < 5; count++) held.push((await newAccess(registered, 'cds_usage')).grantId)
    for (const count of [1, 2, 3, 5]) {
      const { admin } = await newAccess(registered)
      await app.database
        .updateTable('access_tokens')
        .set({ grant_ids: held.slice(0, count) })
        .where('hash', '=', hashSecret(admin))
        .execute()
      expect((await reader!.read(admin)).grants).toHaveLength(count)
    }
    expect(new Set(reader!.statements)).toEqual(known)
    expect([...known].filter((text) => text.includes('access_tokens'))).toHaveLength(1)
  })
})

/** Each ends what a token opens, on every process, with the next request. */
describe('the next request on every process sees', () => {
  let registered: Registered
  let access: Awaited<ReturnType<typeof newAccess>>
  const both = () => statuses(access.own, access.admin)

  async function begin(): Promise<void> {
    registered = await register(app)
    access = await newAccess(registered)
    expect(await both()).toEqual([200, 200, 200, 200])
  }

  it('a token that was revoked (RFC 7009 §2)', async () => {
    await begin()
    await post(`${app.url}/oauth/revoke`, { token: access.own }, registered.consent)
    expect(await both()).toEqual([401, 401, 200, 200])
  })

  it('a refresh token that was revoked with its family (RFC 7009 §2.1)', async () => {
    await begin()
    await post(`${app.url}/oauth/revoke`, { token: access.refresh }, registered.consent)
    expect(await both()).toEqual([401, 401, 200, 200])
  })

  it('a client that was disabled, also where another client holds the token (CDS-WG1-02 §5.2 #client-statuses)', async () => {
    await begin()
    await put(registered, registered.consent.clientId, { cds_status: 'disabled' })
    expect(await both()).toEqual([401, 401, 401, 401])
  })

  it('a client whose status was changed in the database', async () => {
    await begin()
    await app.pool.query(`update clients set status = 'disabled' where client_id = $1`, [
      registered.consent.clientId,
    ])
    expect(await both()).toEqual([401, 401, 401, 401])
  })

  it('a registration all of whose clients were disabled', async () => {
    await begin()
    await app.pool.query(
      `update clients set status = 'disabled'
       where registration_id = (select registration_id from clients where client_id = $1)`,
      [registered.admin.clientId],
    )
    expect(await both()).toEqual([401, 401, 401, 401])
  })

  it('a client that lost the scope', async () => {
    await begin()
    await put(registered, registered.consent.clientId, { scope: 'cds_rate_plan' })
    expect(await both()).toEqual([401, 401, 401, 401])
  })

  it('a grant that was closed (CDS-WG1-02 §8.2 #grant-statuses)', async () => {
    await begin()
    await app.grants.close(access.grantId, 'closed', app.clock.now())
    expect(await both()).toEqual([401, 401, 401, 401])
  })

  it('a grant that was suspended, and that it goes on', async () => {
    await begin()
    await app.grants.update(access.grantId, { status: 'suspended' }, app.clock.now())
    expect(await both()).toEqual([401, 401, 401, 401])
    await app.grants.update(access.grantId, { status: 'active' }, app.clock.now())
    expect(await both()).toEqual([200, 200, 200, 200])
  })

  it('a credential that expired with its tokens (CDS-WG1-02 §7.6 #credentials-modify)', async () => {
    await begin()
    const now = Math.floor(app.clock.now().getTime() / 1000)
    const { uri } = registered.credentials.find(({ client_id }) => client_id === registered.consent.clientId)!
    const body = { client_secret_expires_at: now }
    await call(String(uri), { method: 'PATCH', token: registered.token, body })
    expect(await both()).toEqual([401, 401, 200, 200])
  })
})

describe('times are looked at with each request', () => {
  it('a token ends when it expires', async () => {
    const { own } = await newAccess(await register(app))
    app.clock.advance(app.settings.accessTokenSeconds * 1000 - 1)
    expect(await statuses(own)).toEqual([200, 200])
    app.clock.advance(1)
    expect(await statuses(own)).toEqual([401, 401])
  })

  it('a grant ends when it expires, and lives on where it was prolonged meanwhile', async () => {
    const { own, grantId } = await newAccess(await register(app))
    const inAMinute = new Date(app.clock.now().getTime() + 60_000)
    await app.grants.update(grantId, { expires: inAMinute }, app.clock.now())
    expect(await statuses(own)).toEqual([200, 200])
    app.clock.advance(60_000)
    expect(await statuses(own)).toEqual([401, 401])
    await app.grants.update(grantId, { expires: null }, app.clock.now())
    expect(await statuses(own)).toEqual([200, 200])
  })
})

it('a token of 10,000 grants is loaded in time linear in them', async () => {
  const { own, grantId } = await newAccess(await register(app))
  const columns = `client_id, scope, authorization_details, status, enabled_scope, enabled_authorization_details,
    receipt_confirmations, states, replacing, replaced_by, children, utility_authorization_ids, selection, created, modified`
  await app.pool.query(
    `insert into grants (grant_id, ${columns}) select 'g_many_' || n, ${columns} from grants, generate_series(1, 10000) n
     where grant_id = $1`,
    [grantId],
  )
  await app.pool.query('analyze grants')
  const timeOf = async (count: number) => {
    await app.pool.query(
      `update access_tokens set grant_ids = array(select 'g_many_' || n from generate_series(1, $2::int) n) where hash = $1`,
      [hashSecret(own), count],
    )
    const begun = performance.now()
    const held = await app.tokens.findHeld(hashSecret(own))
    expect(held!.grants).toHaveLength(count)
    return performance.now() - begun
  }
  await timeOf(1000)
  const [thousand, tenThousand] = [await timeOf(1000), await timeOf(10_000)]
  expect(tenThousand).toBeLessThan(40 * thousand)
})
