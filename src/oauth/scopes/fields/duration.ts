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
