import type { ColumnType, Generated } from 'kysely'
import type {
  AuthorizationSyncRow,
  CustomerObjectRow,
  CustomerPathRow,
  EarlierCreatedRow,
  UsageSegmentRow,
  UsageSeriesRow,
} from './customer-facts.ts'

/** A JSON column: written as text, read back as text, so that no number becomes a float on the way. */
type JsonText = string
/** A moment: a Date in and out. */
type Moment = ColumnType<Date, Date | string, Date | string>

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
  utility_id: string
  /** False: nobody has written down yet what it will fetch. */
  planned: Generated<boolean>
  /** The daily run: it also fetches again what utilities still revise. */
  renews: Generated<boolean>
  /** Tries of the step under way; a crash counts, because a try is written down before it begins. */
  tries: Generated<number>
  /** Counts every try ever made, so that an overtaken one knows that it was. */
  turn: Generated<number>
  /** The next try is not made before. */
  not_before: Moment
  /** When nothing has moved it by then, its job is queued again. */
  check_at: Moment
  /** Since when the utility has been answering 202 to the step under way. */
  preparing_since: Moment | null
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

/** Nothing is asked of a utility before `paused_until`; `step` says how many pauses came one after the other. */
export interface UtilityPauseRow {
  utility_id: string
  paused_until: Moment
  step: number
  reason: string
}

/** When a utility last answered 429 or 503 to an authorization. */
export interface UtilityRefusalRow {
  utility_id: string
  utility_authorization_id: string
  refused_at: Moment
}

/** The daily round of a utility on one of its local days, `2026-03-09`. */
export interface DailyRoundRow {
  utility_id: string
  day: string
  tries: Generated<number>
  not_before: Moment
  done_at: Moment | null
}

/** Who does what one process at a time does. */
export interface LeaseRow {
  name: string
  holder: string
  held_until: Moment
}

/** What the operator should know: ids, statuses and times, nothing of a customer. */
export interface OperatorRecordRow {
  id: Generated<bigint>
  recorded_at: Moment
  kind: string
  utility_id: string
  utility_authorization_id: string | null
  detail: string
}

/** A feed as the utility sent it, compressed and sealed, in pieces, kept until `expires_at`. */
export interface RawFeedRow {
  run_id: string
  number: number
  piece: number
  sealed: Buffer
  expires_at: Moment
}

/** Translated customer data, the progress of fetching it, and the state of syncing: made by migrations 0003, 0004 and 0007. */
export interface CustomerDataTables {
  customer_objects: CustomerObjectRow
  customer_paths: CustomerPathRow
  usage_series: UsageSeriesRow
  usage_segments: UsageSegmentRow
  authorization_syncs: AuthorizationSyncRow
  earlier_created: EarlierCreatedRow
  espi_context: EspiContextRow
  refused_records: RefusedRecordRow
  sync_runs: SyncRunRow
  sync_windows: SyncWindowRow
  raw_feeds: RawFeedRow
  utility_pauses: UtilityPauseRow
  utility_refusals: UtilityRefusalRow
  daily_rounds: DailyRoundRow
  leases: LeaseRow
  operator_records: OperatorRecordRow
}
