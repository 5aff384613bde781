import type { ColumnType, Generated } from 'kysely'

/** A JSON column: written as text, read back as text, so that no number becomes a float on the way. */
type JsonText = string
/** A moment: a Date in and out. */
type Moment = ColumnType<Date, Date | string, Date | string>

/** What every kind of customer-data object has. `body` is the unstamped object as on the wire, all members. */
interface ObjectRow {
  id: string
  utility_id: string
  body: JsonText
  content_hash: Buffer
  created: Moment
  modified: Moment
  synced: Moment
}

export interface AccountRow extends ObjectRow {
  customer_number: string | null
  account_number: string | null
  account_status: string | null
}

export interface ServiceContractRow extends ObjectRow {
  account_id: string
  account_number: string | null
  contract_number: string | null
  contract_status: string
  contract_types: string[]
  service_types: string[]
}

export interface ServicePointRow extends ObjectRow {
  servicepoint_number: string | null
  current_servicecontracts: string[]
  previous_servicecontracts: string[]
  premise_numbers: string[]
}

export interface MeterDeviceRow extends ObjectRow {
  meter_number: string | null
  current_servicepoints: string[]
  previous_servicepoints: string[]
}

/** `segment_values` is the exact JSON text of the value sets, compressed; it never passes through a parser on its way out. */
export interface UsageSegmentRow {
  id: string
  utility_id: string
  account_id: string | null
  account_number: string | null
  contract_id: string | null
  contract_number: string | null
  service_point_id: string
  meter_device_ids: string[]
  segment_start: Moment
  segment_end: Moment
  interval_seconds: string
  formats: JsonText
  segment_values: Buffer
  value_count: number
  content_hash: Buffer
  created: Moment
  modified: Moment
  synced: Moment
}

/** Through which authorization at the utility an object came to us: who holds that authorization may be shown it. */
export interface SeenThroughRow {
  utility_authorization_id: string
  kind: 'account' | 'service_contract' | 'service_point' | 'meter_device'
  object_id: string
}

/**
 * An entry of an earlier feed of the same authorization that later feeds refer to but need not repeat: usage points,
 * reading types, the customer's resources. Never readings.
 */
export interface EspiContextRow {
  utility_authorization_id: string
  purpose: string
  key: string
  entry: JsonText
}

export interface RefusedRecordRow {
  id: Generated<bigint>
  utility_authorization_id: string
  window_key: string
  code: string
  entry: string
  field: string
  value: string | null
  detail: string
  count: number
  refused_at: Moment
}

/** One round of fetching for one authorization at a utility: the windows below belong to it. */
export interface SyncRunRow {
  id: string
  utility_authorization_id: string
  kind: 'sign_in' | 'sync'
  status: 'running' | 'done' | 'failed'
  history_from: Moment
  started_at: Moment
  finished_at: Moment | null
  eta: Moment
  failure: string | null
}

export interface SyncWindowRow {
  run_id: string
  number: number
  purpose: 'customer' | 'usage_points' | 'usage'
  window_from: Moment | null
  window_to: Moment | null
  status: 'waiting' | 'done' | 'failed'
  bytes: bigint | null
  segments: number | null
  refused: number | null
  finished_at: Moment | null
}

/** A feed as the utility sent it, compressed and sealed, in pieces, kept until `expires_at`. */
export interface RawFeedRow {
  run_id: string
  number: number
  piece: number
  sealed: Buffer
  expires_at: Moment
}

/** Translated customer data and the progress of fetching it: made by `migrations/0003-customer-data.ts`. */
export interface CustomerDataTables {
  accounts: AccountRow
  service_contracts: ServiceContractRow
  service_points: ServicePointRow
  meter_devices: MeterDeviceRow
  usage_segments: UsageSegmentRow
  seen_through: SeenThroughRow
  espi_context: EspiContextRow
  refused_records: RefusedRecordRow
  sync_runs: SyncRunRow
  sync_windows: SyncWindowRow
  raw_feeds: RawFeedRow
}
