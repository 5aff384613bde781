import { describe, expect, it } from 'vitest'
import { fromEspiScope } from '../../src/scope-map/from-espi-scope.ts'
import type { ScopeRequest } from '../../src/scope-map/scope-request.ts'
import { toEspiScope } from '../../src/scope-map/to-espi-scope.ts'
import { ask, now, utility } from './builders.ts'

const profile = utility()
const enabledBy = (verbatim: string, ...requests: ScopeRequest[]) =>
  fromEspiScope(verbatim, requests, { profile, now })

describe('fromEspiScope, blocks', () => {
  it('enables everything when the granted string is the one asked for', () => {
    const requests = [
      ask('cds_usage', { segment_start: '2025-06-01T00:00:00Z', sync_until: '2027-03-01T00:00:00Z' }),
      ask('cds_rate_plan', { include_accounts: true }),
    ]
    expect(fromEspiScope(toEspiScope(requests, profile, now), requests, { profile, now })).toEqual({
      enabled: requests,
      narrowed: false,
      reasons: [],
    })
  })

  it('does not enable usage without interval metering (FB 4)', () => {
    expect(enabledBy('FB=1_3_46', ask('cds_usage'), ask('cds_rate_plan'))).toEqual({
      enabled: [ask('cds_rate_plan')],
      narrowed: true,
      reasons: ['cds_usage: the utility did not grant usage data'],
    })
  })

  it('does not enable bills without a usage summary (FB 15, 16)', () => {
    expect(enabledBy('FB=4_5_46', ask('cds_bill_statements')).enabled).toEqual([])
    expect(enabledBy('FB=4_5_16_46', ask('cds_bill_statements')).enabled).toHaveLength(1)
  })

  it.each(['FB=4_5_46', 'FB=4_5_51_53_60'])(
    'enables customer scopes with either family of blocks: %s',
    (verbatim) => {
      expect(enabledBy(verbatim, ask('cds_query_accounts')).narrowed).toBe(false)
    },
  )

  it('does not enable customer scopes without a customer block', () => {
    expect(enabledBy('FB=4_5', ask('cds_query_accounts')).reasons).toEqual([
      'cds_query_accounts: the utility did not grant customer data',
    ])
  })

  it('turns an added field to false when its block was not granted (§7.2.8)', () => {
    expect(enabledBy('FB=46', ask('cds_service_contracts', { include_usage_segments: true }))).toEqual({
      enabled: [ask('cds_service_contracts', { include_usage_segments: false })],
      narrowed: true,
      reasons: ['cds_service_contracts: include_usage_segments was not granted'],
    })
  })

  it('takes away the value types whose block was asked for and not granted (§7.2.8.1)', () => {
    const request = ask('cds_usage', {
      include_usage_segment_value_types: ['electric_usage', 'electric_demand', 'cost'],
    })
    const { enabled, reasons } = enabledBy('FB=4_5_12_46', request)
    expect(enabled[0]?.details.include_usage_segment_value_types).toEqual(['electric_usage', 'cost'])
    expect(reasons).toEqual([
      'cds_usage: include_usage_segment_value_types was granted without electric_demand',
    ])
  })

  it('leaves a value type that this utility never lets be asked for (§7.2.8.1)', () => {
    const request = ask('cds_usage', { include_usage_segment_value_types: ['electric_usage', 'cost'] })
    const narrow = utility({ requestable: [4, 5, 46] })
    expect(fromEspiScope('FB=4_5_46', [request], { profile: narrow, now })).toMatchObject({ narrowed: false })
  })

  it.each(['', 'openid', 'DataCustodian_Admin_Access'])(
    'takes all as asked when "%s" says nothing of blocks',
    (verbatim) => {
      expect(enabledBy(verbatim, ask('cds_usage'), ask('cds_rate_plan'))).toMatchObject({ narrowed: false })
    },
  )
})

describe('fromEspiScope, durations', () => {
  it('starts no earlier than HistoryLength reaches (§7.3.6)', () => {
    const request = ask('cds_usage', { segment_start: '2025-03-01T00:00:00Z' })
    expect(enabledBy(`FB=4_46;HistoryLength=${59 * 86400}`, request)).toEqual({
      enabled: [ask('cds_usage', { segment_start: '2026-01-01T12:00:00Z' })],
      narrowed: true,
      reasons: ['cds_usage: segment_start was granted later'],
    })
  })

  it('gives infinite a date when the grant reaches less far than the utility keeps', () => {
    const request = ask('cds_usage', { segment_start: 'infinite' })
    expect(enabledBy('FB=4_46;HistoryLength=31536000', request).enabled[0]?.details.segment_start).toBe(
      '2025-03-01T12:00:00Z',
    )
    expect(enabledBy(`FB=4_46;HistoryLength=${730 * 86400}`, request).narrowed).toBe(false)
  })

  it('does not narrow by a HistoryLength that is not seconds', () => {
    expect(
      enabledBy('FB=4_46;HistoryLength=13', ask('cds_usage', { segment_start: 'infinite' })).narrowed,
    ).toBe(false)
  })

  it('does not narrow by less than a day', () => {
    const request = ask('cds_usage', { segment_start: '2026-01-30T00:00:00Z' })
    expect(enabledBy('FB=4_46;HistoryLength=2592000', request).narrowed).toBe(false)
  })

  it('ends with PreferredAuthEndDate (§7.3.1, §7.3.7)', () => {
    const request = ask('cds_usage', { sync_until: 'infinite', segment_end: '2026-04-01T00:00:00Z' })
    const end = Date.parse('2026-06-01T00:00:00Z') / 1000
    expect(enabledBy(`FB=4_46;PreferredAuthEndDate=${end}`, request)).toMatchObject({
      enabled: [
        ask('cds_usage', { sync_until: '2026-06-01T00:00:00Z', segment_end: '2026-04-01T00:00:00Z' }),
      ],
      narrowed: true,
    })
  })

  it('does not end with PreferredAuthEndDate=0, which is until revoked', () => {
    expect(
      enabledBy('FB=4_46;PreferredAuthEndDate=0', ask('cds_usage', { sync_until: 'infinite' })).narrowed,
    ).toBe(false)
  })

  it('keeps a date a date (§7.3.2)', () => {
    const request = ask('cds_bill_statements', { statement_date_start: '2024-06-01' })
    expect(
      enabledBy('FB=16_46;HistoryLength=2592000', request).enabled[0]?.details.statement_date_start,
    ).toBe('2026-01-30')
  })

  it('never changes its input', () => {
    const request = Object.freeze(ask('cds_usage', Object.freeze({ segment_start: 'infinite' })))
    enabledBy('FB=4_46;HistoryLength=31536000', request)
    expect(request.details.segment_start).toBe('infinite')
  })
})
