import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { utilities } from '../../adapters/index.ts'
import { parseScopeString } from '../../src/espi/scope-string.ts'
import { fromEspiScope } from '../../src/scope-map/from-espi-scope.ts'
import { toEspiScope } from '../../src/scope-map/to-espi-scope.ts'
import { now, utility } from './builders.ts'

const moment = fc.oneof(
  fc.constant('infinite'),
  fc
    .date({
      min: new Date('2020-01-01T00:00:00Z'),
      max: new Date('2040-01-01T00:00:00Z'),
      noInvalidDate: true,
    })
    .map((date) => `${date.toISOString().slice(0, 19)}Z`),
)

const day = moment.map((text) => (text === 'infinite' ? text : text.slice(0, 10)))

const valueTypes = fc.subarray([
  'electric_usage',
  'electric_demand',
  'natural_gas_usage',
  'water_usage',
  'cost',
  'meter_readings',
])

const details = fc.record(
  {
    segment_start: moment,
    segment_end: moment,
    statement_date_start: day,
    statement_date_end: day,
    start_date: day,
    end_date: day,
    sync_until: moment,
    contract_numbers: fc.oneof(
      fc.constant(null),
      fc.constant(['_all']),
      fc.constant(['4711']),
      fc.constant(['1', '2']),
    ),
    allow_scope_modifications: fc.boolean(),
    include_usage_segments: fc.boolean(),
    include_bill_statements: fc.boolean(),
    include_bill_sections: fc.boolean(),
    include_usage_segment_value_types: fc.oneof(fc.constant(null), valueTypes),
    service_types: fc.oneof(
      fc.constant(null),
      fc.subarray(['electric', 'natural_gas', 'water', 'residential']),
    ),
  },
  { requiredKeys: [] },
)

const requests = fc.array(
  fc.record({
    type: fc.constantFrom(
      'cds_usage',
      'cds_rate_plan',
      'cds_service_contracts',
      'cds_bill_statements',
      'cds_service_bills',
      'cds_query_bill_sections',
      'cds_query_bill_statements',
      'cds_query_accounts',
      'cds_query_service_contracts',
      'cds_query_service_points',
      'cds_query_meter_devices',
      'cds_query_usage',
    ),
    details,
  }),
  { minLength: 1, maxLength: 5 },
)

const profiles = [utility(), utility({ parameters: [] }), ...utilities]

describe.each(profiles.map((profile, index) => [`${profile.id} ${index}`, profile] as const))(
  'for %s',
  (_, profile) => {
    it('granting what was asked narrows nothing', () => {
      fc.assert(
        fc.property(requests, (asked) => {
          const scope = toEspiScope(asked, profile, now)
          expect(fromEspiScope(scope, asked, { profile, now })).toEqual({
            enabled: asked,
            narrowed: false,
            reasons: [],
          })
        }),
      )
    })

    it('asks for the same, whatever the order of the scopes', () => {
      fc.assert(
        fc.property(requests, (asked) => {
          expect(toEspiScope(asked.toReversed(), profile, now)).toBe(toEspiScope(asked, profile, now))
        }),
      )
    })

    it('asks for no block, history or time less when a scope is added', () => {
      fc.assert(
        fc.property(requests, requests, (some, more) => {
          const few = parseScopeString(toEspiScope(some, profile, now))
          const many = parseScopeString(toEspiScope([...some, ...more], profile, now))
          expect(many.blocks).toEqual(expect.arrayContaining(few.blocks))
          expect(many.historyLengthSeconds ?? 0).toBeGreaterThanOrEqual(few.historyLengthSeconds ?? 0)
        }),
      )
    })
  },
)

describe('whatever the utility answers', () => {
  it('never enables more than was asked', () => {
    fc.assert(
      fc.property(fc.string(), requests, (granted, asked) => {
        const { enabled } = fromEspiScope(granted, asked, { profile: utility(), now })
        expect(asked.map(({ type }) => type)).toEqual(expect.arrayContaining(enabled.map(({ type }) => type)))
      }),
    )
  })

  it('understands the same of a scope string, however its parameters are ordered and spaced', () => {
    const parts = [
      'FB=4_5_46',
      'IntervalDuration=900_3600',
      'HistoryLength=63072000',
      'BR=7',
      'AccountCollection=2',
    ]
    const spaces = fc.constantFrom('', ' ', '  ')
    fc.assert(
      fc.property(fc.shuffledSubarray(parts, { minLength: 5 }), spaces, (shuffled, space) => {
        const { verbatim: _, ...scope } = parseScopeString(`${shuffled.join(`${space};${space}`)};`)
        const { verbatim: __, ...expected } = parseScopeString(parts.join(';'))
        expect(scope).toEqual(expected)
      }),
    )
  })
})
