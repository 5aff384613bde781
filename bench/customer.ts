import type { UsageSegment } from '../src/cds/wire/usage-segment.ts'
import { epochToDatetime } from '../src/shared/clock.ts'
import { Decimal } from '../src/shared/decimal.ts'
import type { Translated, Unstamped } from '../src/translate/translated.ts'

export const CONTRACTS = ['c1', 'c2', 'c3'] as const
export const DAYS = 730
export const START = Date.UTC(2024, 0, 1) / 1000
export const INTERVALS = 96
const QUARTER = 900
const DAY = INTERVALS * QUARTER
const ACCOUNT = 'acc1'

/** A customer with solar panels: per contract one point, one meter and two years of quarter-hours in both directions. */
export function solarCustomer(): Translated {
  return {
    accounts: [
      {
        cds_account_id: ACCOUNT,
        cds_account_parent: null,
        customer_number: null,
        account_number: 'A-1',
        account_entity: null,
        account_name: 'Bench House',
        account_address: '1 Sample Street\nTestville, NY 00001',
        account_types: ['customer', 'residential'],
        account_status: 'active',
        account_contacts: [],
      },
    ],
    serviceContracts: CONTRACTS.map((contract) => ({
      cds_servicecontract_id: `con-${contract}`,
      cds_account_id: ACCOUNT,
      account_number: 'A-1',
      contract_number: `C-${contract}`,
      contract_address: '1 Sample Street',
      contract_types: ['utility_service'],
      contract_entity: null,
      contract_status: 'active',
      contract_start: '2020-01-01',
      contract_end: null,
      service_types: ['electric', 'residential'],
      rateplan_code: 'RES-1',
      rateplan_name: 'Residential',
    })),
    servicePoints: CONTRACTS.map((contract) => ({
      cds_servicepoint_id: `sp-${contract}`,
      servicepoint_number: null,
      servicepoint_types: ['electric'],
      servicepoint_address: '1 Sample Street',
      latitude: null,
      longitude: null,
      current_servicecontracts: [`con-${contract}`],
      previous_servicecontracts: [],
      premises: [],
    })),
    billStatements: [],
    billSections: [],
    meterDevices: CONTRACTS.map((contract) => ({
      cds_meterdevice_id: `m-${contract}`,
      meter_number: `M-${contract}`,
      meter_types: ['electric_usage'],
      current_servicepoints: [`sp-${contract}`],
      previous_servicepoints: [],
      meter_apps: [],
    })),
    usageSegments: CONTRACTS.flatMap((contract) =>
      Array.from({ length: DAYS }, (_, day) => usageSegment(contract, START + day * DAY)),
    ),
    refused: [],
  }
}

function usageSegment(contract: string, start: number): Unstamped<UsageSegment> {
  const meters = [`m-${contract}`]
  return {
    cds_usagesegment_id: `seg-${contract}-${start}`,
    related_aggregations: [],
    related_accounts: [ACCOUNT],
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
