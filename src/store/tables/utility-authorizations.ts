import type { ColumnType, Generated } from 'kysely'

/** A moment: a Date in and out. */
type Moment = ColumnType<Date, Date, Date>
type MomentOrNone = ColumnType<Date | null, Date | null, Date | null>

/** One customer's authorization at one utility. Tokens are sealed; the customer's name is nowhere in it. */
export interface UtilityAuthorizationRow {
  id: string
  utility_id: string
  environment: 'sandbox' | 'production'
  status: 'active' | 'sign_in_needed' | 'withdrawn'
  scope: string
  resource_uri: string | null
  authorization_uri: string | null
  customer_resource_uri: string | null
  customer_ref: string | null
  access_token_sealed: Buffer | null
  access_token_expires_at: MomentOrNone
  refresh_token_sealed: Buffer | null
  /** Until then one process renews the tokens; by the database's clock. */
  refresh_lease_until: MomentOrNone
  /** How many times a refresh was begun. */
  refresh_generation: Generated<number>
  /** The refresh whose answer the tokens are. */
  tokens_generation: Generated<number>
  /** A refresh was begun, and no definite answer to it was stored. */
  refresh_uncertain: Generated<boolean>
  created_at: Moment
  modified_at: Moment
}

/** An authorization that may have lost its last user: written by the database, looked at by housekeeping. */
export interface UnusedCandidateRow {
  utility_authorization_id: string
  utility_id: string
  since: Moment
}

/** What we hold of customers' authorizations at utilities: made by `migrations/0002-utility-authorizations.ts`, `0005` and `0008`. */
export interface UtilityAuthorizationTables {
  utility_authorizations: UtilityAuthorizationRow
  unused_candidates: UnusedCandidateRow
}
