import { describe, expect, it } from 'vitest'
import type { Include, Seen, StoredSegment, View } from '../../src/cds/stores.ts'
import { visibleAccount, visibleServiceContract, visibleUsageSegment } from '../../src/cds/visible.ts'
import { usageSegment } from '../../src/cds/wire/usage-segment.ts'
import { parseExact } from '../../src/shared/json.ts'
import { customer } from '../support/translated.ts'

const at = new Date('2026-02-01T00:00:00Z')
const ids = {
  accounts: new Set(['a']),
  serviceContracts: new Set(['c']),
  servicePoints: new Set(['p']),
  meterDevices: new Set(['m']),
}

const stored: StoredSegment = {
  id: 's',
  accountId: 'a',
  contractId: 'c',
  servicePointId: 'p',
  meterDeviceIds: ['m', 'other'],
  start: new Date('2026-01-01T00:00:00Z'),
  end: new Date('2026-01-01T04:00:00Z'),
  interval: '3600',
  formats:
    '[{"id":"f","type":"electric_usage","units":"kWh","related_meterdevices":["m","other"]},{"id":"d","type":"electric_demand","units":"kW","demand_type":"peak"},{"id":"c","type":"cost","currency":"USD","indexes":[0,1]}]',
  values:
    '[[{"eu":1.10},{"ed":2},{"c":0.1}],[{"eu":1.20},null,{"c":0.2}],[{"eu":9007199254740993.001},{"ed":4},null],[null,{"ed":5},{"c":0.4}]]',
}

function seen<T>(object: T, views: number[] = [0]): Seen<T> {
  return { object, created: at, modified: at, synced: at, views }
}

function view(change: Partial<View> = {}): View {
  return {
    utilityAuthorizationIds: [],
    serviceContractIds: 'all',
    shows: {
      accounts: true,
      serviceContracts: true,
      servicePoints: true,
      meterDevices: true,
      usageSegments: true,
    },
    only: {},
    includes: new Set<Include>(),
    valueTypes: 'all',
    ...change,
  }
}

const shown = (views: View[], numbers = views.map((_, index) => index)) =>
  visibleUsageSegment(seen(stored, numbers), views, ids)

describe('visibleUsageSegment, CDS-WG3-01 §10.8.1', () => {
  it('lets the stored text of the values out untouched', () => {
    expect(shown([view()])).toContain(`"values":${stored.values}`)
  })

  it('is a usage segment by its schema', () => {
    expect(usageSegment.safeParse(parseExact(shown([view()])!)).error).toBeUndefined()
  })

  it('names only related objects that the access may see, in formats too', () => {
    const json = JSON.parse(shown([view()])!)
    expect(json.related_meterdevices).toEqual(['m'])
    expect(json.formats[0].related_meterdevices).toEqual(['m'])
    expect(json.related_aggregations).toEqual([])
  })

  it('cuts whole intervals before segment_start off (§7.3.6), digits kept', () => {
    const text = shown([view({ segmentStart: new Date('2026-01-01T01:30:00Z') })])!
    expect(text).toContain('"segment_start":"2026-01-01T02:00:00Z","segment_end":"2026-01-01T04:00:00Z"')
    expect(text).toContain('"values":[[{"eu":9007199254740993.001},{"ed":4},null],[null,{"ed":5},{"c":0.4}]]')
  })

  it('cuts whole intervals after segment_end off (§7.3.7)', () => {
    const text = shown([view({ segmentEnd: new Date('2026-01-01T01:30:00Z') })])!
    expect(text).toContain('"segment_end":"2026-01-01T01:00:00Z"')
    expect(text).toContain('"values":[[{"eu":1.10},{"ed":2},{"c":0.1}]]')
  })

  it('shows nothing of a segment outside the range', () => {
    expect(shown([view({ segmentStart: new Date('2026-01-01T03:30:00Z') })])).toBeUndefined()
  })

  it('takes the widest range of several views', () => {
    const narrow = view({ segmentStart: new Date('2026-01-01T03:00:00Z') })
    expect(shown([narrow, view()])).toContain(`"values":${stored.values}`)
    expect(shown([narrow, view()], [0])).toContain('"segment_start":"2026-01-01T03:00:00Z"')
  })

  it('shows the value types of the grant only, cost pointing at the columns left (§7.2.8.1)', () => {
    const json = JSON.parse(shown([view({ valueTypes: new Set(['electric_demand', 'cost']) })])!)
    expect(json.formats.map((format: { type: string }) => format.type)).toEqual(['electric_demand', 'cost'])
    expect(json.formats[1].indexes).toEqual([0])
    expect(json.values[0]).toEqual([{ ed: 2 }, { c: 0.1 }])
  })

  it('leaves formats and values empty when the grant includes none (§7.2.8.1)', () => {
    expect(shown([view({ valueTypes: 'none' })])).toContain('"formats":[],"values":[]')
  })
})

describe('optional members, CDS-WG3-01 §7.2', () => {
  const { accounts, serviceContracts } = customer('a', ['a1'], [])

  it('leaves out of an account what no include opens (§7.2.1)', () => {
    expect(Object.keys(visibleAccount(seen(accounts[0]!), [view()], { accounts: new Set() })).sort()).toEqual(
      ['cds_account_id', 'cds_account_parent', 'cds_created', 'cds_modified', 'cds_synced'],
    )
  })

  it('opens numbers and details separately (§7.2.1.1, §7.2.1.2)', () => {
    const numbers = visibleAccount(seen(accounts[0]!), [view({ includes: new Set(['account_numbers']) })], {
      accounts: new Set(),
    })
    expect(numbers.account_number).toBe('A-a')
    expect(numbers.account_name).toBeUndefined()
  })

  it('unites what several scopes open (§7.2.2.1, §7.2.2.2)', () => {
    const views = [
      view({ includes: new Set(['contract_numbers']) }),
      view({ includes: new Set(['rate_plans']) }),
      view({ includes: new Set(['service_contract_details']) }),
    ]
    const contract = visibleServiceContract(seen(serviceContracts[0]!, [0, 1]), views)
    expect(contract).toMatchObject({ contract_number: 'C-a1', rateplan_code: 'RES-1' })
    expect(contract.contract_address).toBeUndefined()
  })
})
