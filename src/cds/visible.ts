import { toDatetime } from '../shared/clock.ts'
import { Decimal } from '../shared/decimal.ts'
import { type Json, parseExact } from '../shared/json.ts'
import type { Unstamped } from '../translate/translated.ts'
import type { Include, Seen, StoredSegment, View } from './stores.ts'
import type { Account } from './wire/account.ts'
import type { MeterDevice } from './wire/meter-device.ts'
import type { ServiceContract } from './wire/service-contract.ts'
import type { ServicePoint } from './wire/service-point.ts'

/** The optional members of each kind of object, and the include that opens them (CDS-WG3-01 §7.2 #auth-details-included-data). */
export const openedBy = {
  account: {
    customer_number: 'account_numbers',
    account_number: 'account_numbers',
    account_entity: 'account_numbers',
    account_name: 'account_details',
    account_address: 'account_details',
    account_types: 'account_details',
    account_status: 'account_details',
    account_contacts: 'account_details',
    account_programs: 'account_programs',
    espi_customer: 'account_details',
    espi_customer_account: 'account_details',
  },
  serviceContract: {
    account_number: 'account_numbers',
    contract_number: 'contract_numbers',
    contract_entity: 'contract_numbers',
    contract_address: 'service_contract_details',
    contract_start: 'service_contract_details',
    contract_end: 'service_contract_details',
    rateplan_code: 'rate_plans',
    rateplan_name: 'rate_plans',
    service_programs: 'service_programs',
    espi_customer_agreement: 'service_contract_details',
    espi_service_suppliers: 'contract_numbers',
    espi_pricing_structures: 'rate_plans',
    espi_tariff_profiles: 'rate_plans',
    espi_tariff_riders: 'rate_plans',
    espi_demand_response_programs: 'service_programs',
    espi_program_date_mappings: 'service_programs',
  },
  servicePoint: {
    servicepoint_address: 'service_point_addresses',
    latitude: 'coordinates',
    longitude: 'coordinates',
    premises: 'premises',
    espi_usage_point_id: 'service_point_addresses',
    espi_usage_point: 'service_point_addresses',
    espi_local_time: 'service_point_addresses',
    espi_service_location_id: 'service_point_addresses',
    espi_service_location: 'service_point_addresses',
    espi_tariff_profile: 'rate_plans',
    espi_tariff_riders: 'rate_plans',
    espi_program_id_mappings: 'rate_plans',
  },
  meterDevice: {
    meter_number: 'meter_numbers',
    meter_apps: 'meter_apps',
    espi_meter: 'meter_numbers',
    espi_end_device: 'meter_numbers',
  },
} as const satisfies Record<string, Record<string, Include>>

/** Ids that this access may read in `related_…` and `…_servicecontracts` lists. */
export interface VisibleIds {
  accounts: ReadonlySet<string>
  serviceContracts: ReadonlySet<string>
  servicePoints: ReadonlySet<string>
  meterDevices: ReadonlySet<string>
}

/** An account as this access may see it, CDS-WG3-01 §10.1.1 #account-format. */
export function visibleAccount(
  seen: Seen<Unstamped<Account>>,
  views: readonly View[],
  ids: Pick<VisibleIds, 'accounts'>,
): Account {
  const parent = seen.object.cds_account_parent
  return {
    ...stamped(seen, members(seen, views, openedBy.account)),
    cds_account_parent: parent !== null && ids.accounts.has(parent) ? parent : null,
  }
}

/** A service contract as this access may see it, CDS-WG3-01 §10.2.1 #service-contract-format. */
export function visibleServiceContract(
  seen: Seen<Unstamped<ServiceContract>>,
  views: readonly View[],
): ServiceContract {
  return stamped(seen, members(seen, views, openedBy.serviceContract))
}

/** A service point as this access may see it, CDS-WG3-01 §10.3.1 #service-point-format. */
export function visibleServicePoint(
  seen: Seen<Unstamped<ServicePoint>>,
  views: readonly View[],
  ids: Pick<VisibleIds, 'serviceContracts'>,
): ServicePoint {
  return {
    ...stamped(seen, members(seen, views, openedBy.servicePoint)),
    current_servicecontracts: keep(seen.object.current_servicecontracts, ids.serviceContracts),
    previous_servicecontracts: keep(seen.object.previous_servicecontracts, ids.serviceContracts),
  }
}

/** A meter device as this access may see it, CDS-WG3-01 §10.4.1 #meter-device-format. */
export function visibleMeterDevice(
  seen: Seen<Unstamped<MeterDevice>>,
  views: readonly View[],
  ids: Pick<VisibleIds, 'servicePoints'>,
): MeterDevice {
  return {
    ...stamped(seen, members(seen, views, openedBy.meterDevice)),
    current_servicepoints: keep(seen.object.current_servicepoints, ids.servicePoints),
    previous_servicepoints: keep(seen.object.previous_servicepoints, ids.servicePoints),
  }
}

/**
 * A usage segment as this access may see it, as JSON text: the stored text of its values goes out untouched unless the grant's
 * range or value types cut into it (CDS-WG3-01 §7.3.6 #auth-details-usage-segment-start, §7.3.7 #auth-details-usage-segment-end).
 * Undefined when nothing of it is left.
 */
export function visibleUsageSegment(
  seen: Seen<StoredSegment>,
  views: readonly View[],
  ids: VisibleIds,
): string | undefined {
  const { object } = seen
  const shown = trim(
    object,
    seen.views.flatMap((index) => views[index] ?? []),
  )
  if (!shown) return undefined
  const head = {
    cds_usagesegment_id: object.id,
    cds_created: toDatetime(seen.created),
    cds_modified: toDatetime(seen.modified),
    cds_synced: toDatetime(seen.synced),
    related_aggregations: [],
    related_accounts: keep([object.accountId], ids.accounts),
    related_servicecontracts: keep([object.contractId], ids.serviceContracts),
    related_servicepoints: keep([object.servicePointId], ids.servicePoints),
    related_meterdevices: keep(object.meterDeviceIds, ids.meterDevices),
    related_billsections: [],
    segment_start: toDatetime(shown.start),
    segment_end: toDatetime(shown.end),
    interval: JSON.rawJSON(object.interval),
  }
  const formats = visibleFormats(shown.formats, ids.meterDevices)
  return `${JSON.stringify(head).slice(0, -1)},"formats":${formats},"values":${shown.values}}`
}

function members<T extends object>(
  { object, views: matched }: Seen<T>,
  views: readonly View[],
  openedBy: Partial<Record<keyof T, Include>>,
): T {
  const open = new Set(matched.flatMap((index) => [...(views[index]?.includes ?? [])]))
  const entries = Object.entries(object).filter(([name]) => {
    const include = openedBy[name as keyof T]
    // A member of ours that nobody gave an include stays closed.
    return include === undefined ? !name.startsWith('espi_') : open.has(include)
  })
  return Object.fromEntries(entries) as T
}

function stamped<T>(seen: Seen<unknown>, object: T) {
  return {
    ...object,
    cds_created: toDatetime(seen.created),
    cds_modified: toDatetime(seen.modified),
    cds_synced: toDatetime(seen.synced),
  }
}

function keep(ids: readonly (string | null)[], visible: ReadonlySet<string>): string[] {
  return ids.filter((id) => id !== null).filter((id) => visible.has(id))
}

interface Shown {
  start: Date
  end: Date
  formats: string
  values: string
}

/** What the views leave of a segment: the widest range any of them allows, and the union of their value types. */
function trim(segment: StoredSegment, views: readonly View[]): Shown | undefined {
  const start = latestIfAll(views.map((view) => view.segmentStart))
  const end = earliestIfAll(views.map((view) => view.segmentEnd))
  const types = unionOfTypes(views)
  const cutsStart = start !== undefined && start > segment.start
  const cutsEnd = end !== undefined && end < segment.end
  if (types === 'none') return { ...segment, formats: '[]', values: '[]' }
  if (!cutsStart && !cutsEnd && types === 'all') return segment
  return cut(segment, cutsStart ? start : undefined, cutsEnd ? end : undefined, types)
}

function latestIfAll(starts: readonly (Date | undefined)[]): Date | undefined {
  if (starts.some((start) => start === undefined)) return undefined
  return new Date(Math.min(...starts.map((start) => start?.getTime() ?? 0)))
}

function earliestIfAll(ends: readonly (Date | undefined)[]): Date | undefined {
  if (ends.some((end) => end === undefined)) return undefined
  return new Date(Math.max(...ends.map((end) => end?.getTime() ?? 0)))
}

function unionOfTypes(views: readonly View[]): View['valueTypes'] {
  if (views.some((view) => view.valueTypes === 'all')) return 'all'
  const sets = views.flatMap((view) => (view.valueTypes instanceof Set ? [...view.valueTypes] : []))
  return sets.length === 0 && views.every((view) => view.valueTypes === 'none') ? 'none' : new Set(sets)
}

/** Whole intervals inside the range, and the columns of the shown types. Cost columns point at the columns that are left. */
function cut(
  segment: StoredSegment,
  start: Date | undefined,
  end: Date | undefined,
  types: Exclude<View['valueTypes'], 'none'>,
): Shown | undefined {
  const intervalMs = Number(segment.interval) * 1000
  const sets = asList(parseExact(segment.values))
  const first = start ? Math.ceil((start.getTime() - segment.start.getTime()) / intervalMs) : 0
  const last = end ? Math.floor((end.getTime() - segment.start.getTime()) / intervalMs) : sets.length
  const kept = sets.slice(Math.max(0, first), Math.max(0, last))
  const formats = asList(parseExact(segment.formats))
  const columns = formats.flatMap((format, index) =>
    types === 'all' || types.has(typeOf(format)) ? [index] : [],
  )
  if (kept.length === 0 || columns.length === 0) return undefined
  const from = segment.start.getTime() + Math.max(0, first) * intervalMs
  return {
    start: new Date(from),
    end: new Date(from + kept.length * intervalMs),
    formats: JSON.stringify(columns.map((index) => withIndexes(formats[index] ?? null, columns))),
    values: JSON.stringify(kept.map((set) => columns.map((index) => asList(set)[index] ?? null))),
  }
}

function withIndexes(format: Json, columns: readonly number[]): Json {
  if (!isObject(format) || !Array.isArray(format.indexes)) return format
  const indexes = format.indexes
    .map((index) => columns.indexOf(Number(String(index))))
    .filter((index) => index >= 0)
    .map((index) => new Decimal(BigInt(index)))
  return { ...format, indexes }
}

/** Formats name meter devices too: only those that this access may see. */
function visibleFormats(formats: string, visible: ReadonlySet<string>): string {
  if (!formats.includes('related_meterdevice')) return formats
  const trimmed = asList(parseExact(formats)).map((format) => {
    if (!isObject(format)) return format
    const { related_meterdevices: many, related_meterdevice: one, ...rest } = format
    return {
      ...rest,
      ...(Array.isArray(many) ? { related_meterdevices: many.filter((id) => visible.has(String(id))) } : {}),
      ...(typeof one === 'string' && visible.has(one) ? { related_meterdevice: one } : {}),
    }
  })
  return JSON.stringify(trimmed)
}

function typeOf(format: Json): string {
  return isObject(format) ? String(format.type) : ''
}

function asList(value: Json): Json[] {
  return Array.isArray(value) ? value : []
}

function isObject(value: Json): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Decimal)
}
