import type { ScopeRequest } from './scope-request.ts'

/** A moment, or `infinite`, CDS-WG3-01 §7.3 #auth-details-duration. */
export type Bound = Date | 'infinite'

const DAY_MS = 86_400_000

/** A bill is dated after the days that it bills, of which nobody bills more than a quarter at once. */
const LONGEST_BILL_MS = 100 * DAY_MS

interface DurationField {
  field: string
  /** The field counts unless this one switches its objects off, CDS-WG3-01 §7.2. */
  on?: string
  /** How much earlier than the field says data is wanted, or until when. */
  beforeMs?: number
}

/** The fields that say from when on data is wanted: §7.3.2, §7.3.4, §7.3.6. */
const STARTS: readonly DurationField[] = [
  { field: 'statement_date_start', on: 'include_bill_statements', beforeMs: LONGEST_BILL_MS },
  { field: 'start_date', on: 'include_bill_sections' },
  { field: 'segment_start', on: 'include_usage_segments' },
]

/** The fields that say until when: §7.3.1, §7.3.3, §7.3.5, §7.3.7, §7.3.8. A date ends with its day. */
const ENDS: readonly DurationField[] = [
  { field: 'sync_until' },
  { field: 'statement_date_end', on: 'include_bill_statements', beforeMs: -DAY_MS },
  { field: 'end_date', on: 'include_bill_sections', beforeMs: -DAY_MS },
  { field: 'segment_end', on: 'include_usage_segments' },
  { field: 'expires' },
]

/** The names of the fields that bound a request, from when on and until when. */
export function boundingFields(request: ScopeRequest): { starts: string[]; ends: string[] } {
  const namesOf = (fields: readonly DurationField[]) =>
    fields.filter((field) => counts(field, request)).map(({ field }) => field)
  return { starts: namesOf(STARTS), ends: namesOf(ENDS) }
}

/** From when on the utility's data is needed for a request; undefined when it names no start. */
export function earliestStart(request: ScopeRequest): Bound | undefined {
  return furthest(boundsOf([request], STARTS), (a, b) => a < b)
}

/** The latest end of all requests; undefined when none names one. */
export function latestEnd(requests: readonly ScopeRequest[]): Bound | undefined {
  return furthest(boundsOf(requests, ENDS), (a, b) => a > b)
}

/** A detail's value becomes a bound; undefined when it is none. */
export function toBound(value: unknown): Bound | undefined {
  if (value === 'infinite') return 'infinite'
  const date = typeof value === 'string' ? new Date(value) : undefined
  return date && !Number.isNaN(date.getTime()) ? date : undefined
}

function boundsOf(requests: readonly ScopeRequest[], fields: readonly DurationField[]): Bound[] {
  const bounds = requests.flatMap((request) =>
    fields
      .filter((field) => counts(field, request))
      .map(({ field, beforeMs = 0 }) => earlier(toBound(request.details[field]), beforeMs)),
  )
  return bounds.filter((bound) => bound !== undefined)
}

function counts({ on }: DurationField, { details }: ScopeRequest): boolean {
  return on === undefined || details[on] !== false
}

function earlier(bound: Bound | undefined, ms: number): Bound | undefined {
  return bound instanceof Date ? new Date(bound.getTime() - ms) : bound
}

function furthest(bounds: readonly Bound[], isFurther: (a: Date, b: Date) => boolean): Bound | undefined {
  return bounds.reduce<Bound | undefined>((best, bound) => {
    if (best === undefined || bound === 'infinite') return bound
    return best !== 'infinite' && isFurther(bound, best) ? bound : best
  }, undefined)
}
