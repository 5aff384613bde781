/**
 * One requested CDS scope with its authorization details. `type` is the scope's type (`cds_usage`), whatever its id.
 * Durations are absolute dates, datetimes or `infinite` (CDS-WG3-01 §7.3 #auth-details-duration).
 */
export interface ScopeRequest {
  type: string
  details: Readonly<Record<string, unknown>>
}
