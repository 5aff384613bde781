import type { DetailFormat } from '../../cds/wire/scope-description.ts'
import type { DetailValue } from '../stores.ts'

export interface Choice {
  id: string
  name: string
  description: string
  /** CDS-WG3-01 §5.2: only for `include_usage_segment_value_types`. */
  usagesegmentFormat?: { id: string; type: string; [field: string]: string }
}

/** What a field is for decides where it ends up. */
export type FieldRole =
  /** CDS-WG3-01 §7.1: preselects on the form, filters direct access; never in a consent grant. */
  | 'preselection'
  /** CDS-WG3-01 §7.2 */
  | 'included_data'
  /** CDS-WG3-01 §7.3: relative values count forward from the grant. */
  | 'duration'
  /** CDS-WG3-01 §7.3: relative values count backward. */
  | 'historical_duration'
  /** CDS-WG3-01 §7.4 */
  | 'form'
  /** CDS-WG1-02 §3.3.2: names a grant. */
  | 'reference'

/** An authorization details field (CDS-WG1-02 §3.8 #auth-details-fields-format). */
export interface DetailField {
  id: string
  role: FieldRole
  name: string
  description: string
  format: DetailFormat
  /** Absent: required. */
  default?: DetailValue
  maximum?: number | string
  minimum?: number | string
  choices?: readonly Choice[]
}

/** Scopes that share how tokens are got for them share a Client Object (CDS-WG1-02 §4.2 #registration-response). */
export type ScopeGroup = 'client_admin' | 'grant_admin' | 'consent' | 'query'

/** A scope that we offer (CDS-WG1-02 §3.4 #scope-descriptions-format). */
export interface Scope {
  id: string
  type: string
  group: ScopeGroup
  name: string
  description: string
  registrationRequirements: readonly string[]
  grantAdminScope: string | null
  /** Whether it is the type of an `authorization_details` entry. */
  takesDetails: boolean
  fields: readonly DetailField[]
  /** The fields that the scope has as if they were asked for (CDS-WG3-01 §6.1, §6.2). */
  implied: readonly string[]
}

/** The same field with another default. */
export function withDefault(field: DetailField, value: DetailValue): DetailField {
  return { ...field, default: value }
}
