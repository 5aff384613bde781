import type { ColumnType } from 'kysely'

/** A JSON column: written as text, read back as text, so that no number becomes a float on the way. */
type JsonText = string
/** A moment: a Date in and out. */
type Moment = ColumnType<Date, Date | string, Date | string>

/**
 * An object as one authorization told it. `body` is the unstamped object as on the wire, all members; `facets` what listings filter,
 * search and order by (`cds/kinds`); a facet that was not told is absent.
 */
export interface CustomerObjectRow {
  utility_authorization_id: string
  kind: string
  id: string
  body: JsonText
  facets: JsonText
  content_hash: Buffer
  created: Moment
  modified: Moment
}

/**
 * One way from an account through a contract and a service point to a meter, as one authorization told it; null where it ends or begins
 * later. What a customer selected, and what a client preselected, is decided on these.
 */
export interface CustomerPathRow {
  utility_authorization_id: string
  path_hash: Buffer
  account_id: string | null
  account_number: string | null
  contract_id: string | null
  contract_number: string | null
  service_types: string[]
  point_id: string | null
  point_number: string | null
  premise_numbers: string[]
  meter_id: string | null
  meter_number: string | null
}

/** Usage of one service point under one contract, in one interval length and one list of formats. */
export interface UsageSeriesRow {
  utility_authorization_id: string
  series: number
  key_hash: Buffer
  account_id: string | null
  account_number: string | null
  contract_id: string | null
  contract_number: string | null
  point_id: string | null
  meter_ids: string[]
  interval_seconds: string
  formats: JsonText
  /** Types of the formats, each once. */
  value_types: string[]
  /** No segment of it is longer. */
  longest_seconds: number
  created: Moment
  modified: Moment
  synced: Moment
}

/** A stretch of a series. `piece` is the exact JSON text of the value sets, as `shared/pieces.ts` makes it. */
export interface UsageSegmentRow {
  utility_authorization_id: string
  series: number
  id: string
  segment_start: Moment
  segment_end: Moment
  created: Moment
  modified: Moment
  value_count: number
  text_bytes: number
  text_crc: bigint
  content_hash: Buffer
  piece: Buffer
}

/** When the customer's objects were last confirmed by the utility through this authorization. */
export interface AuthorizationSyncRow {
  utility_authorization_id: string
  synced: Moment
}

/** When something was first met that is not stored at present: objects that went and may come back, and all of an earlier version until it is fetched again. */
export interface EarlierCreatedRow {
  utility_authorization_id: string
  kind: string
  id: string
  created: Moment
}
