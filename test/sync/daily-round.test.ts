import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { fixedClock } from '../../src/shared/clock.ts'
import type { UtilityAuthorizationId } from '../../src/shared/ids.ts'
import { unusedAuthorizations } from '../../src/store/unused-authorizations.ts'
import { dailyRound, ERASED_AFTER_MS, roundDay } from '../../src/sync/daily-round.ts'
import { freshDatabase } from '../support/postgres.ts'
import { ID, solarHouse, syncDepsFor } from '../support/sync-deps.ts'
import { customer, store } from '../support/translated.ts'

describe('the daily round of a utility', async () => {
  const fresh = await freshDatabase('schedule')

  it('plans one run a day for every authorization that somebody still wants news of (CDS-WG3-01 §7.3.1)', async () => {
    const bench = syncDepsFor(fresh.database, solarHouse)
    await dailyRound({ utilityId: 'u', day: '2026-03-09' }, bench.deps)
    expect(bench.jobs).toEqual([{ name: 'advance', runId: `${ID}.2026-03-09`, step: 'plan' }])
    expect(await bench.deps.store.openRun(ID)).toMatchObject({ planned: false, renews: true })
    bench.jobs.length = 0
    bench.state.wanted = { usageFrom: undefined, bills: false, ongoing: false }
    await dailyRound({ utilityId: 'u', day: '2026-03-09' }, bench.deps)
    expect(bench.jobs).toEqual([])
  })

  it('gives one run however often it begins', async () => {
    const bench = syncDepsFor(fresh.database, solarHouse)
    await dailyRound({ utilityId: 'u', day: '2026-03-10' }, bench.deps)
    await dailyRound({ utilityId: 'u', day: '2026-03-10' }, bench.deps)
    // The run of the day before is still open.
    expect(bench.jobs).toEqual([])
    await bench.deps.store.finishRun(`${ID}.2026-03-09`, bench.clock.now())
    await dailyRound({ utilityId: 'u', day: '2026-03-10' }, bench.deps)
    await dailyRound({ utilityId: 'u', day: '2026-03-10' }, bench.deps)
    expect(bench.jobs).toEqual([{ name: 'advance', runId: `${ID}.2026-03-10`, step: 'plan' }])
  })

  it.each([
    ['2026-03-09T10:29:00Z', 'America/Denver', '2026-03-08'],
    ['2026-03-09T10:30:00Z', 'America/Denver', '2026-03-09'],
    ['2026-03-08T09:29:00Z', 'America/New_York', '2026-03-08'],
    ['2026-03-08T04:59:00Z', 'America/New_York', '2026-03-07'],
    ['2026-03-08T17:00:00Z', 'Asia/Tokyo', '2026-03-08'],
  ])(
    'is due by the clocks of the utility, from SYNC_AT on: %s in %s is the round of %s',
    (now, zone, day) => {
      expect(roundDay(new Date(now), zone, { hour: 4, minute: 30 })).toBe(day)
    },
  )

  it('erases what nobody uses any more, and forgets its tokens', async () => {
    const bench = syncDepsFor(fresh.database, solarHouse)
    await store(bench.deps.store, 'ua_old', customer('z', ['z1'], ['2026-01-01']), '2026-02-01T00:00:00Z')
    const withdrawn: string[] = []
    const forgotten: string[] = []
    const deps = {
      ...bench.deps,
      unused: {
        isUnused: async () => true,
        listUnused: async (_utility: string, forMs: number) =>
          forMs === ERASED_AFTER_MS ? ['ua_old' as UtilityAuthorizationId] : [],
        forgetUnused: async (id: string) => void forgotten.push(id),
      },
      withdrawAuthorization: async (id: string) => void withdrawn.push(id),
    }
    await dailyRound({ utilityId: 'u', day: '2026-03-09' }, deps)
    expect([withdrawn, forgotten]).toEqual([['ua_old'], ['ua_old']])
    const { rows } = await sql`select 1 from usage_series where contract_id = 'con-z1'`.execute(
      fresh.database,
    )
    expect(rows).toEqual([])
  })

  it('counts an authorization as unused when it has neither an open grant nor a linked client for a day', async () => {
    const clock = fixedClock('2026-03-09T12:00:00Z')
    const use = unusedAuthorizations(fresh.database, clock)
    const bench = syncDepsFor(fresh.database, solarHouse)
    for (const id of ['ua_open', 'ua_closed', 'ua_declined', 'ua_new']) {
      const created = id === 'ua_new' ? '2026-03-09T11:00:00Z' : '2026-03-01T00:00:00Z'
      await sql`insert into utility_authorizations (id, utility_id, environment, status, scope, created_at, modified_at,
        access_token_sealed) values (${id}, 'u', 'sandbox', 'active', '', ${created}, ${created}, ''::bytea)`.execute(
        fresh.database,
      )
      await store(bench.deps.store, id, customer(id, [id], []), '2026-03-01T00:00:00Z')
    }
    await sql`insert into clients (client_id, registration_id, scope, client_name, redirect_uris, response_types, grant_types,
      authorization_details_types, contacts, status, status_options, created, modified)
      values ('c_1', 'r_1', '', '', '{}', '{}', '{}', '{}', '{}', 'sandbox', '{}', now(), now())`.execute(
      fresh.database,
    )
    for (const [grant, status] of [
      ['open', 'active'],
      ['closed', 'closed'],
    ]) {
      await sql`insert into grants (grant_id, client_id, scope, authorization_details, status, enabled_scope,
        enabled_authorization_details, receipt_confirmations, states, replacing, replaced_by, children, utility_authorization_ids,
        selection, created, modified) values (${`g_${grant}`}, 'c_1', '', '[]', ${status}, '', '[]', '{}', '{}', '{}', '{}', '{}',
        array[${`ua_${grant}`}]::text[], '"all"', '2026-03-01', '2026-03-01')`.execute(fresh.database)
    }
    expect((await use.listUnused('u', ERASED_AFTER_MS)).sort()).toEqual(['ua_closed', 'ua_declined'])
  })
})
