import type { ScopeRequest } from './scope-request.ts'

/** A moment, or `infinite`, CDS-WG3-01 §7.3 #auth-details-duration. */
export type Bound = Date | 'infinite'

/** The fields that say from when on data is wanted: §7.3.2, §7.3.4, §7.3.6. */
export const START_FIELDS = ['statement_date_start', 'start_date', 'segment_start'] as const

/** The fields that say until when: §7.3.1, §7.3.3, §7.3.5, §7.3.7, §7.3.8. */
export const END_FIELDS = ['sync_until', 'statement_date_end', 'end_date', 'segment_end', 'expires'] as const

/** The earliest start of a request; undefined when it names none. */
export function earliestStart(request: ScopeRequest): Bound | undefined {
  return furthest(boundsOf([request], START_FIELDS), (a, b) => a < b)
}

/** The latest end of all requests; undefined when none names one. */
export function latestEnd(requests: readonly ScopeRequest[]): Bound | undefined {
  return furthest(boundsOf(requests, END_FIELDS), (a, b) => a > b)
}

/** A detail's value becomes a bound; undefined when it is none. */
export function toBound(value: unknown): Bound | undefined {
  if (value === 'infinite') return 'infinite'
  const date = typeof value === 'string' ? new Date(value) : undefined
  return date && !Number.isNaN(date.getTime()) ? date : undefined
}

function boundsOf(requests: readonly ScopeRequest[], fields: readonly string[]): Bound[] {
  const values = requests.flatMap(({ details }) => fields.map((field) => toBound(details[field])))
  return values.filter((value) => value !== undefined)
}

function furthest(bounds: readonly Bound[], isFurther: (a: Date, b: Date) => boolean): Bound | undefined {
  return bounds.reduce<Bound | undefined>((best, bound) => {
    if (best === undefined || bound === 'infinite') return bound
    return best !== 'infinite' && isFurther(bound, best) ? bound : best
  }, undefined)
}
