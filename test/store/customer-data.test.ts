import { beforeAll, describe, expect, it } from 'vitest'
import { sealedCursors } from '../../src/cds/routes/paging.ts'
import type { CustomerDataReader, Include, View } from '../../src/cds/stores.ts'
import type { UtilityAuthorizationId } from '../../src/shared/ids.ts'
import { customerDataReader } from '../../src/store/read-customer-data.ts'
import { syncStore } from '../../src/store/sync.ts'
import type { SyncStore } from '../../src/sync/stores.ts'
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts'
import { customer, segment, store } from '../support/translated.ts'

const KEYS = { current: 'k', keys: new Map([['k', new Uint8Array(32)]]) }
const FIRST = '2026-02-01T00:00:00Z'
const LATER = '2026-02-02T00:00:00Z'

function view(authorization: string, change: Partial<View> = {}): View {
  return {
    utilityAuthorizationIds: [authorization as UtilityAuthorizationId],
    serviceContractIds: 'all',
    shows: {
      accounts: true,
      serviceContracts: true,
      servicePoints: true,
      meterDevices: true,
      usageSegments: true,
    },
    only: {},
    includes: new Set<Include>(['account_numbers', 'contract_numbers', 'meter_numbers']),
    valueTypes: 'all',
    ...change,
  }
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
    (await reader.listUsageSegments(views, filter, { limit: 100 })).items.map(({ object }) => object.id)

  it('shows a grant nothing that came through another authorization (CDS-WG3-01 §10)', async () => {
    expect(await ids([view('ua_b')])).toEqual(['seg-b1-2026-01-01'])
    expect((await reader.listAccounts([view('ua_b')], {}, { limit: 100 })).items).toHaveLength(1)
    expect(await ids([view('ua_unknown')])).toEqual([])
    expect(await ids([])).toEqual([])
  })

  it('shows only what hangs on the contracts that the customer selected (CDS-WG3-01 §9.2.3.2)', async () => {
    const selected = [view('ua_a', { serviceContractIds: ['con-a2'] })]
    expect(new Set((await ids(selected)).map((id) => id.slice(0, 6)))).toEqual(new Set(['seg-a2']))
    const page = { limit: 100 }
    expect(
      (await reader.listServiceContracts(selected, {}, page)).items.map((s) => s.object.contract_number),
    ).toEqual(['C-a2'])
    expect(
      (await reader.listServicePoints(selected, {}, page)).items.map((s) => s.object.cds_servicepoint_id),
    ).toEqual(['sp-a2'])
    expect(
      (await reader.listMeterDevices(selected, {}, page)).items.map((s) => s.object.meter_number),
    ).toEqual(['M-a2'])
    expect((await reader.listAccounts(selected, {}, page)).items).toHaveLength(1)
    expect(await reader.visibleIds(selected, 'serviceContracts', ['con-a1', 'con-a2', 'con-b1'])).toEqual(
      new Set(['con-a2']),
    )
  })

  it('lists usage by account, contract, start (CDS-WG3-01 §10.8.8)', async () => {
    expect(await ids([view('ua_b'), view('ua_a')])).toEqual([
      'seg-a1-2026-01-01',
      'seg-a1-2026-01-02',
      'seg-a1-2026-01-03',
      'seg-a2-2026-01-01',
      'seg-a2-2026-01-02',
      'seg-a2-2026-01-03',
      'seg-b1-2026-01-01',
    ])
  })

  it('pages forwards and backwards over the same list, and tells where it ends', async () => {
    const views = [view('ua_a')]
    const whole = await ids(views)
    const first = await reader.listUsageSegments(views, {}, { limit: 4 })
    expect(first.previous).toBeUndefined()
    const second = await reader.listUsageSegments(views, {}, { limit: 4, cursor: first.next })
    expect([...first.items, ...second.items].map(({ object }) => object.id)).toEqual(whole)
    expect(second.next).toBeUndefined()
    const back = await reader.listUsageSegments(views, {}, { limit: 4, cursor: second.previous })
    expect(back.items.map(({ object }) => object.id)).toEqual(whole.slice(0, 4))
    expect(back.previous).toBeUndefined()
  })

  it('writes no account or contract number into the link of a page', async () => {
    const { next } = await reader.listUsageSegments([view('ua_a')], {}, { limit: 1 })
    const codec = sealedCursors(KEYS)
    const text = codec.encode(next!)
    expect(Buffer.from(text, 'base64url').toString('latin1')).not.toContain('A-a')
    expect(codec.decode(text)).toEqual(next)
    expect(codec.decode(`${text}x`)).toBeUndefined()
  })

  it('filters as §10.8.8 names, and a number that may not be read finds nothing', async () => {
    const views = [view('ua_a')]
    expect(await ids(views, { contractNumbers: ['C-a1'] })).toHaveLength(3)
    expect(await ids(views, { before: new Date('2026-01-01T12:00:00Z') })).toHaveLength(2)
    expect(await ids(views, { after: new Date('2026-01-03T12:00:00Z') })).toHaveLength(2)
    expect(await ids(views, { meterNumbers: ['M-a2'], ids: ['seg-a2-2026-01-02'] })).toHaveLength(1)
    expect(await ids([view('ua_a', { includes: new Set() })], { contractNumbers: ['C-a1'] })).toEqual([])
  })

  it('searches only members that the access may read (CDS-WG3-01 §10.1.10)', async () => {
    const found = async (views: View[], q: string) =>
      (await reader.listAccounts(views, { q }, { limit: 9 })).items.length
    expect(await found([view('ua_a', { includes: new Set(['account_details']) })], 'a hoUSE')).toBe(1)
    expect(await found([view('ua_a')], 'a house')).toBe(0)
    expect(await found([view('ua_a')], 'A-a')).toBe(1)
    expect(await found([view('ua_a')], '%')).toBe(0)
  })

  it('cuts nothing out of direct access without preselection fields, and constrains it with them (CDS-WG3-01 §6.2)', async () => {
    expect(await ids([view('ua_a', { only: { meterNumbers: ['M-a1'] } })])).toHaveLength(3)
    expect(await ids([view('ua_a', { only: { accountNumbers: ['A-b'] } })])).toEqual([])
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
      const seen = items.find(({ object }) => object.id === id)!
      return [seen.created, seen.modified, seen.synced].map((date) => date.toISOString().slice(0, 10))
    }
    expect(stamp('seg-a1-2026-01-01')).toEqual(['2026-02-01', '2026-02-01', '2026-02-02'])
    expect(stamp('seg-a1-2026-01-03')).toEqual(['2026-02-01', '2026-02-02', '2026-02-02'])
    expect(stamp('seg-a2-2026-01-03')).toEqual(['2026-02-01', '2026-02-01', '2026-02-01'])
    expect(items.find(({ object }) => object.id === 'seg-a1-2026-01-03')!.object.values).toContain(
      '[{"eu":0.500}]',
    )
  })

  it('erases what only one authorization brought, and nothing else', async () => {
    await store(sync, 'ua_c', customer('a', ['a1'], ['2026-01-01']), LATER)
    await sync.eraseAuthorization('ua_a' as UtilityAuthorizationId)
    expect(await ids([view('ua_a')])).toEqual([])
    expect(await ids([view('ua_c')])).toEqual(['seg-a1-2026-01-01', 'seg-a1-2026-01-02', 'seg-a1-2026-01-03'])
    expect(await reader.visibleIds([view('ua_c')], 'serviceContracts', ['con-a1', 'con-a2'])).toEqual(
      new Set(['con-a1']),
    )
    expect(await ids([view('ua_b')])).toEqual(['seg-b1-2026-01-01'])
  })

  it('takes away what the customer no longer shares at the utility', async () => {
    await store(sync, 'ua_d', customer('d', ['d1', 'd2'], ['2026-01-01']), FIRST)
    await store(sync, 'ua_d', customer('d', ['d1'], ['2026-01-01']), LATER)
    expect(await ids([view('ua_d')])).toEqual(['seg-d1-2026-01-01'])
  })
})
