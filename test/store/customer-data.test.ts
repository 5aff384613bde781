import { beforeAll, describe, expect, it } from 'vitest'
import { kindOf } from '../../src/cds/kinds/index.ts'
import type { KindName } from '../../src/cds/kinds/kind.ts'
import { mergeTellings } from '../../src/cds/merge-tellings.ts'
import { sealedCursors } from '../../src/cds/routes/paging.ts'
import type { CustomerDataReader, ObjectFilter, View } from '../../src/cds/stores.ts'
import type { UtilityAuthorizationId } from '../../src/shared/ids.ts'
import { textOf } from '../../src/shared/pieces.ts'
import { customerDataReader } from '../../src/store/read-customer-data.ts'
import { syncStore } from '../../src/store/sync.ts'
import type { SyncStore } from '../../src/sync/stores.ts'
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts'
import { customer, segment, segmentId, store } from '../support/translated.ts'
import { view as viewOver } from '../support/views.ts'

const KEYS = { current: 'k', keys: new Map([['k', new Uint8Array(32)]]) }
const FIRST = '2026-02-01T00:00:00Z'
const LATER = '2026-02-02T00:00:00Z'

const NO_FILTER: ObjectFilter = { lists: {}, dates: {} }

function view(authorization: string, change: Partial<View> = {}): View {
  const includes = ['include_account_numbers', 'include_contract_numbers', 'include_meter_numbers'] as const
  return viewOver(authorization, { includes: new Set(includes), ...change })
}

describe('customer data in PostgreSQL', () => {
  let fresh: FreshDatabase
  let sync: SyncStore
  let reader: CustomerDataReader

  beforeAll(async () => {
    fresh = await freshDatabase('customer_data')
    sync = syncStore(fresh.database, KEYS)
    reader = customerDataReader(fresh.database)
    await store(sync, 'ua_a', customer('a', ['a1', 'a2'], ['2026-01-01', '2026-01-02', '2026-01-03']), FIRST)
    await store(sync, 'ua_b', customer('b', ['b1'], ['2026-01-01']), FIRST)
  })

  const ids = async (views: View[], filter = {}) =>
    (await reader.listUsageSegments(views, filter, { limit: 100 })).items.map(({ id }) => id)
  const list = async (kind: KindName, views: View[], filter: Partial<ObjectFilter> = {}) => {
    const page = await reader.listObjects(kind, views, { ...NO_FILTER, ...filter }, { limit: 100 })
    return page.items.map((told) => mergeTellings(kindOf(kind), told, views))
  }
  const visibleContracts = async (views: View[], named: string[]) =>
    (await reader.visibleIds(views, new Map([['service_contracts', named]]))).get('service_contracts')

  it('shows a grant nothing that came through another authorization (CDS-WG3-01 §10)', async () => {
    expect(await ids([view('ua_b')])).toEqual([segmentId('seg-b1-2026-01-01')])
    expect(await list('accounts', [view('ua_b')])).toHaveLength(1)
    expect(await ids([view('ua_unknown')])).toEqual([])
    expect(await ids([])).toEqual([])
  })

  it('shows only what hangs on the contracts that the customer selected (CDS-WG3-01 §9.2.3.2)', async () => {
    const selected = [view('ua_a', { contracts: { ids: ['con-a2'] } })]
    expect(await ids(selected)).toEqual(['01', '02', '03'].map((day) => segmentId(`seg-a2-2026-01-${day}`)))
    expect(await list('service_contracts', selected)).toMatchObject([{ contract_number: 'C-a2' }])
    expect(await list('service_points', selected)).toMatchObject([{ cds_servicepoint_id: 'sp-a2' }])
    expect(await list('meter_devices', selected)).toMatchObject([{ meter_number: 'M-a2' }])
    expect(await list('accounts', selected)).toHaveLength(1)
    expect(await visibleContracts(selected, ['con-a1', 'con-a2', 'con-b1'])).toEqual(new Set(['con-a2']))
  })

  it('lists usage by account, contract, start (CDS-WG3-01 §10.8.8)', async () => {
    expect(await ids([view('ua_b'), view('ua_a')])).toEqual([
      segmentId('seg-a1-2026-01-01'),
      segmentId('seg-a1-2026-01-02'),
      segmentId('seg-a1-2026-01-03'),
      segmentId('seg-a2-2026-01-01'),
      segmentId('seg-a2-2026-01-02'),
      segmentId('seg-a2-2026-01-03'),
      segmentId('seg-b1-2026-01-01'),
    ])
  })

  it('pages forwards and backwards over the same list, and tells where it ends', async () => {
    const views = [view('ua_a')]
    const whole = await ids(views)
    const first = await reader.listUsageSegments(views, {}, { limit: 4 })
    expect(first.previous).toBeUndefined()
    const second = await reader.listUsageSegments(views, {}, { limit: 4, cursor: first.next })
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(whole)
    expect(second.next).toBeUndefined()
    const back = await reader.listUsageSegments(views, {}, { limit: 4, cursor: second.previous })
    expect(back.items.map(({ id }) => id)).toEqual(whole.slice(0, 4))
    expect(back.previous).toBeUndefined()
  })

  it('writes no account or contract number into the link of a page', async () => {
    const { next } = await reader.listUsageSegments([view('ua_a')], {}, { limit: 1 })
    const codec = sealedCursors(KEYS)
    const text = codec.encode(next!)
    expect(Buffer.from(text, 'base64url').toString('latin1')).not.toContain('A-a')
    expect(codec.decode(text)).toEqual(next)
    expect(codec.decode(`x${text}`)).toBeUndefined()
  })

  it('filters as §10.8.8 names, and a number that may not be read finds nothing', async () => {
    const views = [view('ua_a')]
    expect(await ids(views, { contractNumbers: ['C-a1'] })).toHaveLength(3)
    expect(await ids(views, { before: new Date('2026-01-01T12:00:00Z') })).toHaveLength(2)
    expect(await ids(views, { after: new Date('2026-01-03T12:00:00Z') })).toHaveLength(2)
    expect(await ids(views, { meterNumbers: ['M-a2'], ids: [segmentId('seg-a2-2026-01-02')] })).toHaveLength(
      1,
    )
    expect(await ids([view('ua_a', { includes: new Set() })], { contractNumbers: ['C-a1'] })).toEqual([])
  })

  it('searches only members that the access may read (CDS-WG3-01 §10.1.10)', async () => {
    const found = async (views: View[], q: string) => (await list('accounts', views, { q })).length
    expect(await found([view('ua_a', { includes: new Set(['include_account_details']) })], 'a hoUSE')).toBe(1)
    expect(await found([view('ua_a')], 'a house')).toBe(0)
    expect(await found([view('ua_a')], 'A-a')).toBe(1)
    expect(await found([view('ua_a')], '%')).toBe(0)
  })

  it('cuts nothing out of direct access without preselection fields, and constrains it with them (CDS-WG3-01 §6.2)', async () => {
    expect(await ids([view('ua_a', { only: { meterNumbers: ['M-a1'] } })])).toHaveLength(3)
    expect(await ids([view('ua_a', { only: { accountNumbers: ['A-b'] } })])).toEqual([])
    // An account is there only with a contract that passes, whatever field says which (§7.1, §7.2.1).
    expect(await list('accounts', [view('ua_a', { only: { contractNumbers: ['C-a2'] } })])).toHaveLength(1)
    expect(await list('accounts', [view('ua_a', { only: { contractNumbers: ['C-b1'] } })])).toEqual([])
    expect(await list('accounts', [view('ua_a', { only: { serviceTypes: ['water'] } })])).toEqual([])
  })

  it('stores the same window twice as once: only cds_synced moves, modified when a digit changed', async () => {
    const again = customer('a', ['a1', 'a2'], ['2026-01-01', '2026-01-02'])
    const changed = {
      ...again,
      usageSegments: [...again.usageSegments, segment('a', 'a1', '2026-01-03', 500n)],
    }
    await store(sync, 'ua_a', changed, LATER)
    const { items } = await reader.listUsageSegments([view('ua_a')], {}, { limit: 100 })
    expect(items).toHaveLength(6)
    const stamp = (id: string) => {
      const seen = items.find((item) => item.id === id)!
      const stamps = [seen.created, seen.modified, seen.series.synced.getTime()]
      return stamps.map((at) => new Date(at).toISOString().slice(0, 10))
    }
    expect(stamp(segmentId('seg-a1-2026-01-01'))).toEqual(['2026-02-01', '2026-02-01', '2026-02-02'])
    expect(stamp(segmentId('seg-a1-2026-01-03'))).toEqual(['2026-02-01', '2026-02-02', '2026-02-02'])
    expect(stamp(segmentId('seg-a2-2026-01-03'))).toEqual(['2026-02-01', '2026-02-01', '2026-02-02'])
    const { values } = items.find(({ id }) => id === segmentId('seg-a1-2026-01-03'))!
    expect(textOf(values)).toContain('[{"eu":0.500}]')
  })

  it('erases what only one authorization brought, and nothing else', async () => {
    await store(sync, 'ua_c', customer('a', ['a1'], ['2026-01-01']), LATER)
    await sync.eraseAuthorization('ua_a' as UtilityAuthorizationId)
    expect(await ids([view('ua_a')])).toEqual([])
    expect(await ids([view('ua_c')])).toEqual([segmentId('seg-a1-2026-01-01')])
    expect(await visibleContracts([view('ua_c')], ['con-a1', 'con-a2'])).toEqual(new Set(['con-a1']))
    expect(await ids([view('ua_b')])).toEqual([segmentId('seg-b1-2026-01-01')])
  })

  it('takes away what the customer no longer shares at the utility', async () => {
    await store(sync, 'ua_d', customer('d', ['d1', 'd2'], ['2026-01-01']), FIRST)
    await store(sync, 'ua_d', customer('d', ['d1'], ['2026-01-01']), LATER)
    expect(await ids([view('ua_d')])).toEqual([segmentId('seg-d1-2026-01-01')])
  })
})
