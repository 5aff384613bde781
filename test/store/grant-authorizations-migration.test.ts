import { Migrator } from 'kysely/migration'
import { beforeAll, describe, expect, it } from 'vitest'
import { endedStatuses } from '../../src/oauth/grant-access.ts'
import { newGrant } from '../../src/oauth/new-grant.ts'
import { newMessage } from '../../src/oauth/new-message.ts'
import type { Grant } from '../../src/oauth/stores.ts'
import { fixedClock } from '../../src/shared/clock.ts'
import type { ClientId, MessageId, RegistrationId, UtilityAuthorizationId } from '../../src/shared/ids.ts'
import { clientStore } from '../../src/store/clients.ts'
import { migrate } from '../../src/store/database.ts'
import { grantStore } from '../../src/store/grants.ts'
import { migrations } from '../../src/store/migrations/index.ts'
import { unusedAuthorizations } from '../../src/store/unused-authorizations.ts'
import { emptyDatabase } from '../support/postgres.ts'

const DAY_MS = 86_400_000
const at = (day: number) => new Date(Date.UTC(2026, 5, day))

describe('migration 0008 leads from authorizations to grants, and to what may be unused', async () => {
  const { database, pool } = await emptyDatabase('migration_0008')
  const clock = fixedClock('2026-06-20T00:00:00Z')
  const use = unusedAuthorizations(database, clock)
  const grants = grantStore(database)
  const clients = clientStore(database, { sealKeys: { current: 'k', keys: new Map() } })
  const rows = async (sql: string, values: unknown[] = []) => (await pool.query(sql, values)).rows

  const authorize = async (id: string, day: number) => {
    await pool.query(
      `insert into utility_authorizations (id, utility_id, environment, status, scope, created_at, modified_at,
        access_token_sealed) values ($1, 'u', 'sandbox', 'active', '', $2, $2, '')`,
      [id, at(day)],
    )
    return id as UtilityAuthorizationId
  }
  const grantOn = (id: string, ids: readonly string[]): Grant =>
    newGrant({
      grantId: id as Grant['grantId'],
      clientId: 'c_1' as ClientId,
      scope: 's',
      authorizationDetails: [],
      utilityAuthorizationIds: ids as readonly UtilityAuthorizationId[],
      selection: 'all',
      created: at(2),
    })
  const create = (grant: Grant) =>
    grants.create(grant, { requestKey: Buffer.from(grant.grantId), mostOpen: 100 })
  const linksOf = (id: string) =>
    rows('select utility_authorization_id as id from grant_authorizations where grant_id = $1 order by 1', [
      id,
    ]).then((found) => found.map((row) => row.id))
  const since = async (id: string) =>
    (await rows('select since from unused_candidates where utility_authorization_id = $1', [id]))[0]?.since
  const unused = () => use.listUnused('u', DAY_MS)

  beforeAll(async () => {
    const migrator = new Migrator({ db: database, provider: { getMigrations: async () => migrations(1) } })
    expect((await migrator.migrateTo('0006-token-families-and-limits')).error).toBeUndefined()
    await pool.query(
      `insert into clients (client_id, registration_id, scope, client_name, redirect_uris, response_types, grant_types,
        authorization_details_types, contacts, status, status_options, created, modified)
       values ('c_1', 'r_1', 's', '', '{}', '{}', '{}', '{}', '{}', 'sandbox', '{}', $1, $1)`,
      [at(1)],
    )
    for (const id of ['ua_open', 'ua_both', 'ua_closed', 'ua_none', 'ua_erased']) await authorize(id, 1)
    await pool.query(
      `update utility_authorizations set status = 'withdrawn', access_token_sealed = null where id = 'ua_erased'`,
    )
    for (const [id, status, list, day] of [
      ['g_open', 'active', '{ua_open,ua_both,ua_open}', 2],
      ['g_closed', 'closed', '{ua_closed,ua_both}', 5],
    ] as const) {
      await pool.query(
        `insert into grants (grant_id, client_id, scope, authorization_details, status, enabled_scope,
          enabled_authorization_details, receipt_confirmations, states, replacing, replaced_by, children,
          utility_authorization_ids, selection, created, modified) values ($1, 'c_1', 's', '[]', $2, '', '[]', '{}', '{}',
          '{}', '{}', '{}', $3, '"all"', $4, $4)`,
        [id, status, list, at(day)],
      )
    }
    await migrate(database)
  })

  it('carries over which grants live on which authorizations, and loses nothing of a grant', async () => {
    expect([await linksOf('g_open'), await linksOf('g_closed')]).toEqual([
      ['ua_both', 'ua_open'],
      ['ua_both', 'ua_closed'],
    ])
    expect(await grants.find('g_open')).toMatchObject({
      utilityAuthorizationIds: ['ua_open', 'ua_both', 'ua_open'],
    })
    const found = await grants.listByUtilityAuthorizations(
      ['ua_both' as UtilityAuthorizationId],
      ['active', 'pending'],
    )
    expect(found.map(({ grantId }) => grantId)).toEqual(['g_open'])
  })

  it('finds what was unused before, from the day it was', async () => {
    expect([await since('ua_none'), await since('ua_closed'), await since('ua_erased')]).toEqual([
      at(1),
      at(5),
      undefined,
    ])
    expect(await unused()).toEqual(['ua_none', 'ua_closed'])
    // What is in use is looked at once.
    expect([await since('ua_open'), await since('ua_both')]).toEqual([undefined, undefined])
  })

  it('lists what is erased no more', async () => {
    await use.forgetUnused('ua_none' as UtilityAuthorizationId)
    expect(await unused()).toEqual(['ua_closed'])
  })

  it('follows grants that are made, get more authorizations, or fewer', async () => {
    await authorize('ua_first', 1)
    await authorize('ua_second', 1)
    const { grantId } = grantOn('g_moving', [])
    await create(grantOn('g_moving', ['ua_first']))
    expect(await linksOf('g_moving')).toEqual(['ua_first'])
    const both = ['ua_first', 'ua_second'] as UtilityAuthorizationId[]
    await grants.update(grantId, { utilityAuthorizationIds: both }, at(10))
    expect(await linksOf('g_moving')).toEqual(both)
    expect(await unused()).toEqual(['ua_closed'])
    await grants.update(grantId, { utilityAuthorizationIds: both.slice(1) }, at(11))
    expect([await linksOf('g_moving'), await since('ua_first')]).toEqual([['ua_second'], at(11)])
    expect(await unused()).toEqual(['ua_closed', 'ua_first'])
  })

  it.each([...endedStatuses])(
    'counts an authorization from the day when its last grant became %s',
    async (status) => {
      const id = await authorize(`ua_last_${status}`, 1)
      for (const name of ['one', 'two']) await create(grantOn(`g_${status}_${name}`, [id]))
      expect([await unused(), await since(id)]).toEqual([expect.not.arrayContaining([id]), undefined])
      await grants.update(`g_${status}_one` as Grant['grantId'], { status }, at(12))
      expect(await unused()).not.toContain(id)
      await grants.update(`g_${status}_two` as Grant['grantId'], { status }, at(19))
      clock.advance(-1)
      expect(await unused()).not.toContain(id)
      clock.advance(2)
      expect(await unused()).toContain(id)
      clock.advance(-1)
      expect(await use.isUnused(id)).toBe(true)
    },
  )

  it('counts what a client was linked to from the day when it was disabled, and links the grants of a client too', async () => {
    const id = await authorize('ua_linked', 1)
    const said = {
      type: 'notification',
      status: 'complete',
      name: 'n',
      description: 'd',
      related: null,
    } as const
    const message = (name: string) =>
      newMessage(
        { messageId: name as MessageId, registrationId: 'r_1' as RegistrationId, created: at(13) },
        said,
      )
    const linked = await clients.linkUtilityAuthorization({
      clientId: 'c_1' as ClientId,
      utilityAuthorizationId: id,
      linked: at(13),
      completes: 'm_0' as MessageId,
      messages: [message('m_1')],
    })
    expect(linked).toContain('g_moving')
    expect(await linksOf('g_moving')).toEqual(['ua_linked', 'ua_second'])
    await pool.query(`update grants set status = 'closed', modified = $1`, [at(14)])
    expect([await use.listLinked([id]), await unused()]).toEqual([[id], expect.not.arrayContaining([id])])
    const told = { modified: at(18), message: message('m_2') }
    await clients.update('c_1' as ClientId, { status: 'disabled', disabledAt: at(18) }, told)
    expect([await use.listLinked([id]), await since(id)]).toEqual([[], at(18)])
    expect(await unused()).toContain(id)
  })
})
