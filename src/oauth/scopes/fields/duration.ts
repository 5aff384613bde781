import type { DetailField } from '../scope.ts'

/**
 * CDS-WG3-01 §7.3.1 #auth-details-sync-until. Spec silent on defaults: consent scopes reach a year back and a year on, and a client that needs
 * more asks for it.
 */
export const syncUntil: DetailField = {
  id: 'sync_until',
  role: 'duration',
  name: 'Updates until',
  description: 'Until when the data is kept up to date.',
  format: 'relative_or_absolute_datetime',
  default: 'P1Y',
  maximum: 'infinite',
  minimum: 'PT0S',
}

/** CDS-WG3-01 §7.3.6 #auth-details-usage-segment-start */
export const segmentStart: DetailField = {
  id: 'segment_start',
  role: 'historical_duration',
  name: 'Usage from',
  description: 'Usage from this time on. A relative value counts back from the grant.',
  format: 'relative_or_absolute_datetime',
  default: 'P1Y',
  maximum: 'infinite',
  minimum: 'PT0S',
}

/** CDS-WG3-01 §7.3.7 #auth-details-usage-segment-end. Usage of the past alone may be asked for: the minimum is absolute. */
export const segmentEnd: DetailField = {
  id: 'segment_end',
  role: 'duration',
  name: 'Usage until',
  description: 'Usage up to this time. A relative value counts forward from the grant.',
  format: 'relative_or_absolute_datetime',
  default: 'P1Y',
  maximum: 'infinite',
  minimum: '1970-01-01T00:00:00Z',
}

/** CDS-WG3-01 §7.3.2 #auth-details-statement-start */
export const statementDateStart: DetailField = {
  id: 'statement_date_start',
  role: 'historical_duration',
  name: 'Bills from',
  description: 'Bill statements dated on or after this day. A relative value counts back from the grant.',
  format: 'relative_or_absolute_date',
  default: 'P1Y',
  maximum: 'infinite',
  minimum: 'P0D',
}

/** CDS-WG3-01 §7.3.3 #auth-details-statement-end. Bills of the past alone may be asked for: the minimum is absolute. */
export const statementDateEnd: DetailField = {
  id: 'statement_date_end',
  role: 'duration',
  name: 'Bills until',
  description: 'Bill statements dated on or before this day. A relative value counts forward from the grant.',
  format: 'relative_or_absolute_date',
  default: 'P1Y',
  maximum: 'infinite',
  minimum: '1970-01-01',
}

/** CDS-WG3-01 §7.3.4 #auth-details-bill-section-start */
export const startDate: DetailField = {
  id: 'start_date',
  role: 'historical_duration',
  name: 'Service bills from',
  description: 'Bill sections that start on or after this day. A relative value counts back from the grant.',
  format: 'relative_or_absolute_date',
  default: 'P1Y',
  maximum: 'infinite',
  minimum: 'P0D',
}

/** CDS-WG3-01 §7.3.5 #auth-details-bill-section-end. Bills of the past alone may be asked for: the minimum is absolute. */
export const endDate: DetailField = {
  id: 'end_date',
  role: 'duration',
  name: 'Service bills until',
  description:
    'Bill sections that end on or before this day. A relative value counts forward from the grant.',
  format: 'relative_or_absolute_date',
  default: 'P1Y',
  maximum: 'infinite',
  minimum: '1970-01-01',
}
