import { createHash } from 'node:crypto'
import type { UsageSegment } from '../../src/cds/wire/usage-segment.ts'
import { Decimal } from '../../src/shared/decimal.ts'
import type { UtilityAuthorizationId } from '../../src/shared/ids.ts'
import type { SyncStore } from '../../src/sync/stores.ts'
import type { Translated, Unstamped } from '../../src/translate/translated.ts'

export const NOTHING: Translated = {
  accounts: [],
  serviceContracts: [],
  servicePoints: [],
  meterDevices: [],
  billStatements: [],
  billSections: [],
  usageSegments: [],
  refused: [],
}

/** A customer with one account, and per contract one point, one meter and the days given. */
export function customer(name: string, contracts: readonly string[], days: readonly string[]): Translated {
  const account = `acc-${name}`
  return {
    ...NOTHING,
    accounts: [
      {
        cds_account_id: account,
        cds_account_parent: null,
        customer_number: null,
        account_number: `A-${name}`,
        account_entity: null,
        account_name: `${name} House`,
        account_address: '1 Sample Street\nTestville, NY 00001',
        account_types: ['customer', 'residential'],
        account_status: 'active',
        account_contacts: [],
      },
    ],
    serviceContracts: contracts.map((contract) => ({
      cds_servicecontract_id: `con-${contract}`,
      cds_account_id: account,
      account_number: `A-${name}`,
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
    servicePoints: contracts.map((contract) => ({
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
    meterDevices: contracts.map((contract) => ({
      cds_meterdevice_id: `m-${contract}`,
      meter_number: `M-${contract}`,
      meter_types: ['electric_usage'],
      current_servicepoints: [`sp-${contract}`],
      previous_servicepoints: [],
      meter_apps: [],
    })),
    usageSegments: contracts.flatMap((contract) => days.map((day) => segment(name, contract, day))),
  }
}

/** The id of a segment that a test calls so. */
export function segmentId(name: string): string {
  return createHash('md5').update(name).digest('hex')
}

/** One day of hourly usage, `0.100`, `0.101`, … */
export function segment(name: string, contract: string, day: string, first = 100n): Unstamped<UsageSegment> {
  const start = new Date(`${day}T00:00:00Z`)
  return {
    cds_usagesegment_id: segmentId(`seg-${contract}-${day}`),
    related_aggregations: [],
    related_accounts: [`acc-${name}`],
    related_servicecontracts: [`con-${contract}`],
    related_servicepoints: [`sp-${contract}`],
    related_meterdevices: [`m-${contract}`],
    related_billsections: [],
    segment_start: `${day}T00:00:00Z`,
    segment_end: new Date(start.getTime() + 86_400_000).toISOString().replace('.000', ''),
    interval: new Decimal(3600n),
    formats: [{ id: 'f1', type: 'electric_usage', units: 'kWh', related_meterdevices: [`m-${contract}`] }],
    values: Array.from({ length: 24 }, (_, hour) => [{ eu: new Decimal(first + BigInt(hour), -3) }]),
  }
}

/** Stores a translation as one window of a run of its own. */
export async function store(
  sync: SyncStore,
  authorization: string,
  translated: Translated,
  at: string,
): Promise<void> {
  const utilityAuthorizationId = authorization as UtilityAuthorizationId
  const runId = `${authorization}.${at}`
  const moment = new Date(at)
  const window = { purpose: 'usage', from: new Date('2026-01-01'), to: new Date('2027-01-01') } as const
  const times = { at: moment, eta: moment }
  await sync.requestRun({ runId, utilityAuthorizationId, utilityId: 'u', renews: false, ...times })
  await sync.planRun(runId, { historyFrom: moment, windows: [window], ...times })
  await sync.replaceWindow({
    window: { ...window, runId, number: 0, status: 'waiting' },
    utilityAuthorizationId,
    utilityId: 'u',
    timezone: 'UTC',
    translated,
    context: [],
    bytes: 1n,
    at: moment,
  })
  await sync.finishRun(runId, moment)
}
