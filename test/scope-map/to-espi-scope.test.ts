import { describe, expect, it } from 'vitest'
import { parseScopeString } from '../../src/espi/scope-string.ts'
import type { ScopeRequest } from '../../src/scope-map/scope-request.ts'
import { toEspiScope } from '../../src/scope-map/to-espi-scope.ts'
import type { UtilityProfile } from '../../src/utility/profile.ts'
import { ask, now, utility } from './builders.ts'

const bare = utility({ parameters: [] })
const scopeOf = (profile: UtilityProfile, ...requests: ScopeRequest[]) => toEspiScope(requests, profile, now)
const parsed = (...requests: ScopeRequest[]) => parseScopeString(scopeOf(utility(), ...requests))

describe('toEspiScope, blocks (CDS-WG3-01 §6)', () => {
  it.each([
    'cds_rate_plan',
    'cds_service_contracts',
    'cds_query_accounts',
    'cds_query_service_contracts',
    'cds_query_service_points',
    'cds_query_meter_devices',
  ])('asks for the customer block alone for %s', (type) => {
    expect(scopeOf(bare, ask(type))).toBe('FB=1_3_37_46')
  })

  it('asks for intervals and the blocks of every commodity of the utility for cds_usage, and for the customer block', () => {
    const request = ask('cds_usage', {
      include_usage_segment_value_types: ['electric_usage', 'natural_gas_usage'],
    })
    expect(scopeOf(bare, request)).toBe('FB=1_3_4_5_7_8_10_37_46')
  })

  it.each([
    ['electric_demand', 'FB=1_3_4_5_6_10_37_46'],
    ['cost', 'FB=1_3_4_5_10_12_37_46'],
    ['meter_readings', 'FB=1_3_4_5_9_10_37_46'],
    ['espi_power_quality', 'FB=1_3_4_5_10_17_37_46'],
    ['water_usage', 'FB=1_3_4_5_10_37_46'],
  ])('asks for what the value type %s needs (§7.2.8.1)', (valueType, expected) => {
    expect(scopeOf(bare, ask('cds_usage', { include_usage_segment_value_types: [valueType] }))).toBe(expected)
  })

  it('asks for every value type when the field is absent, for none when it is null (§7.2.8.1)', () => {
    expect(scopeOf(bare, ask('cds_usage'))).toBe('FB=1_3_4_5_6_7_8_9_10_12_17_37_46')
    expect(scopeOf(bare, ask('cds_usage', { include_usage_segment_value_types: null }))).toBe(
      'FB=1_3_4_5_10_37_46',
    )
  })

  it('keeps to the service types of a direct access scope, where they are a filter (§6.2)', () => {
    const details = {
      service_types: ['natural_gas'],
      include_usage_segment_value_types: ['electric_usage', 'natural_gas_usage'],
    }
    expect(parseScopeString(scopeOf(bare, ask('cds_query_usage', details))).blocks).not.toContain(5)
    expect(parseScopeString(scopeOf(bare, ask('cds_query_usage', details))).blocks).toContain(10)
  })

  it('asks for every commodity in a consent scope, where service types only prefill the form (§7.1)', () => {
    expect(parsed(ask('cds_usage', { service_types: ['natural_gas'] })).blocks).toEqual(
      expect.arrayContaining([5, 10]),
    )
  })

  it('asks for bills with cds_bill_statements and with include_bill_sections (§7.2.6)', () => {
    expect(scopeOf(bare, ask('cds_bill_statements'))).toBe('FB=1_3_15_16_27_28_37_46')
    expect(scopeOf(bare, ask('cds_rate_plan', { include_bill_sections: true }))).toBe(
      'FB=1_3_15_16_27_28_37_46',
    )
    expect(scopeOf(bare, ask('cds_rate_plan', { include_bill_sections: false }))).toBe('FB=1_3_37_46')
  })

  it('asks for usage with include_usage_segments (§7.2.8)', () => {
    expect(parsed(ask('cds_service_contracts', { include_usage_segments: true })).blocks).toContain(4)
  })

  it('unites the blocks of all scopes', () => {
    const usage = ask('cds_usage', { include_usage_segment_value_types: ['natural_gas_usage'] })
    expect(scopeOf(bare, usage, ask('cds_bill_statements'))).toBe('FB=1_3_4_5_10_15_16_27_28_37_46')
  })

  it('never names a block that the utility does not let be asked for', () => {
    const narrow = utility({ requestable: [4, 16, 46], parameters: [] })
    expect(scopeOf(narrow, ask('cds_usage'), ask('cds_bill_statements'))).toBe('FB=4_16_46')
  })

  it('asks for 51 and its family where the utility uses them, but not for demographic data (55)', () => {
    const family = Array.from({ length: 21 }, (_, index) => 51 + index)
    const modern = utility({ requestable: [1, 3, ...family], customerBlock: 51, parameters: [] })
    expect(scopeOf(modern, ask('cds_query_accounts'))).toBe('FB=1_3_51_53_54_56_57_58_59_60_61')
  })

  it('sends the literal of a utility that insists on one', () => {
    expect(scopeOf(utility({ literal: 'FB=4_5_15;HistoryLength=13' }), ask('cds_usage'))).toBe(
      'FB=4_5_15;HistoryLength=13',
    )
  })

  it('adds the constants of the utility', () => {
    const constant = utility({
      parameters: [],
      constants: { IntervalDuration: '900_3600', BlockDuration: 'monthly' },
    })
    expect(scopeOf(constant, ask('cds_rate_plan'))).toBe(
      'FB=1_3_37_46;IntervalDuration=900_3600;BlockDuration=monthly',
    )
  })
})

describe('toEspiScope, durations (CDS-WG3-01 §7.3)', () => {
  const usage = (details: Record<string, unknown>) => ask('cds_usage', details)

  it('turns segment_start into HistoryLength in seconds (§7.3.6)', () => {
    expect(parsed(usage({ segment_start: '2026-02-01T12:00:00Z' })).historyLengthSeconds).toBe(28 * 86400)
  })

  it('takes the longest history of all scopes', () => {
    const scope = parsed(
      usage({ segment_start: '2026-02-01T12:00:00Z' }),
      ask('cds_service_bills', { start_date: '2026-01-01' }),
    )
    expect(scope.historyLengthSeconds).toBe(59.5 * 86400)
  })

  it('reaches a billing period further back than the first bill is dated (§7.3.2)', () => {
    const scope = parsed(ask('cds_bill_statements', { statement_date_start: '2026-01-01' }))
    expect(scope.historyLengthSeconds).toBe((59.5 + 100) * 86400)
  })

  it('leaves out of account when objects begin that the request switches off', () => {
    const scope = parsed(
      ask('cds_usage', {
        segment_start: '2026-02-01T12:00:00Z',
        start_date: '2024-01-01',
        include_bill_sections: false,
      }),
    )
    expect(scope.historyLengthSeconds).toBe(28 * 86400)
  })

  it('goes on until the end of the day that a date names (§7.3.3)', () => {
    const scope = parsed(ask('cds_bill_statements', { statement_date_end: '2026-12-31' }))
    expect(scope.preferredAuthEndDate).toBe(Date.parse('2027-01-01') / 1000)
  })

  it.each([['infinite'], ['1990-01-01T00:00:00Z'], [undefined]])(
    'asks for all the history the utility keeps with segment_start %s',
    (start) => {
      expect(parsed(usage({ segment_start: start })).historyLengthSeconds).toBe(730 * 86400)
    },
  )

  it('asks for all of it when one of two requests for usage names no start', () => {
    const scope = parsed(usage({ segment_start: '2026-02-01T12:00:00Z' }), ask('cds_query_usage'))
    expect(scope.historyLengthSeconds).toBe(730 * 86400)
  })

  it('asks for no history when it starts now or later', () => {
    expect(parsed(usage({ segment_start: '2026-06-01T00:00:00Z' })).historyLengthSeconds).toBe(0)
  })

  it("leaves HistoryLength out when only the customer's own resources are wanted", () => {
    expect(parsed(ask('cds_rate_plan')).historyLengthSeconds).toBeUndefined()
  })

  it('turns the furthest of sync_until, segment_end and expires into PreferredAuthEndDate (§7.3.1, §7.3.7, §7.3.8)', () => {
    const scope = parsed(
      usage({ sync_until: '2027-03-01T12:00:00Z', segment_end: '2026-06-01T00:00:00Z' }),
      ask('cds_rate_plan', { expires: '2028-01-01T00:00:00Z' }),
    )
    expect(scope.preferredAuthEndDate).toBe(Date.parse('2028-01-01T00:00:00Z') / 1000)
  })

  it('writes infinite as 0, which outlasts any date', () => {
    const scope = parsed(
      usage({ sync_until: 'infinite' }),
      ask('cds_rate_plan', { expires: '2028-01-01T00:00:00Z' }),
    )
    expect(scope.preferredAuthEndDate).toBe(0)
  })

  it('lets an authorization for past data live a day, so that it can be fetched', () => {
    expect(parsed(usage({ segment_end: '2026-01-01T00:00:00Z' })).preferredAuthEndDate).toBe(
      Date.parse('2026-03-02T12:00:00Z') / 1000,
    )
  })

  it('leaves the end out when no field names one', () => {
    expect(parsed(usage({})).preferredAuthEndDate).toBeUndefined()
  })
})

describe('toEspiScope, AdditionalScope', () => {
  it('asks for all meters when every list of contracts holds _all (§7.1.3)', () => {
    const all = { contract_numbers: ['_all', '_include_future'] }
    expect(parsed(ask('cds_usage', all), ask('cds_rate_plan')).additionalScope).toEqual(['meters-all'])
  })

  it('names the one contract that every request names (§7.1.3)', () => {
    const one = { contract_numbers: ['4711-1'] }
    expect(parsed(ask('cds_usage', one), ask('cds_rate_plan', one)).additionalScope).toEqual([
      'meters-4711-1',
    ])
  })

  it.each([[['1', '2']], [[]], [null], [['a;b']], [['a_b']]])(
    'preselects nothing for contract_numbers %j',
    (numbers) => {
      expect(parsed(ask('cds_usage', { contract_numbers: numbers })).additionalScope).toEqual([])
    },
  )

  it('fixes the form when any request says so (§7.4.5)', () => {
    const scope = parsed(
      ask('cds_usage', { allow_scope_modifications: false }),
      ask('cds_rate_plan', { allow_scope_modifications: true }),
    )
    expect(scope.additionalScope).toEqual(['noedit'])
  })

  it('writes none of it for a utility that does not understand it', () => {
    const request = ask('cds_usage', {
      contract_numbers: ['_all'],
      allow_scope_modifications: false,
      sync_until: 'infinite',
    })
    expect(scopeOf(bare, request)).toBe('FB=1_3_4_5_6_7_8_9_10_12_17_37_46')
  })
})
