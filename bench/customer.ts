import { createHash } from 'node:crypto'
import type { UsageSegment } from '../src/cds/wire/usage-segment.ts'
import { epochToDatetime } from '../src/shared/clock.ts'
import { Decimal } from '../src/shared/decimal.ts'
import type { Translated, Unstamped } from '../src/translate/translated.ts'
import { customer } from '../test/support/translated.ts'

export const CONTRACTS = ['c1', 'c2', 'c3'] as const
export const DAYS = 730
export const START = Date.UTC(2024, 0, 1) / 1000
export const INTERVALS = 96
const QUARTER = 900
const DAY = INTERVALS * QUARTER
const NAME = 'bench'

/** A customer with solar panels: per contract one point, one meter and two years of quarter-hours in both directions. */
export function solarCustomer(): Translated {
  return {
    ...customer(NAME, CONTRACTS, []),
    usageSegments: CONTRACTS.flatMap((contract) =>
      Array.from({ length: DAYS }, (_, day) => usageSegment(contract, START + day * DAY)),
    ),
  }
}

function usageSegment(contract: string, start: number): Unstamped<UsageSegment> {
  const meters = [`m-${contract}`]
  return {
    cds_usagesegment_id: createHash('md5').update(`seg-${contract}-${start}`).digest('hex'),
    related_aggregations: [],
    related_accounts: [`acc-${NAME}`],
    related_servicecontracts: [`con-${contract}`],
    related_servicepoints: [`sp-${contract}`],
    related_meterdevices: meters,
    related_billsections: [],
    segment_start: epochToDatetime(start),
    segment_end: epochToDatetime(start + DAY),
    interval: new Decimal(BigInt(QUARTER)),
    formats: [
      { id: 'f1', type: 'electric_usage', units: 'kWh', direction: 'forward', related_meterdevices: meters },
      { id: 'f2', type: 'electric_usage', units: 'kWh', direction: 'reverse', related_meterdevices: meters },
    ],
    values: Array.from({ length: INTERVALS }, (_, at) => {
      const quarter = start / QUARTER + at
      return [{ eu: watthours(quarter * 7919) }, { eu: watthours(quarter * 104_729) }]
    }),
  }
}

/** Digits that compress about as badly as a house's. */
function watthours(seed: number): Decimal {
  return new Decimal(BigInt(seed % 1999), -3)
}
