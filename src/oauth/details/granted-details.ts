import { toDatetime } from '../../shared/clock.ts'
import type { DetailField } from '../scopes/scope.ts'
import type { AuthorizationDetail, DetailValue } from '../stores.ts'
import { directionOf, type Moment } from './check-field.ts'
import { addDuration, parseDuration } from './relative-datetime.ts'
import type { RequestedScope } from './requested-scopes.ts'

/**
 * What was asked for becomes what a grant says: durations are absolute (CDS-WG3-01 §7.3 #auth-details-duration), and a consent
 * scope loses its preselection fields (§6.1: the customer's selection takes their place).
 */
export function toGrantedDetails(
  requested: readonly RequestedScope[],
  moment: Moment,
): AuthorizationDetail[] {
  return requested.flatMap(({ scope, detail }) => {
    if (!detail) return []
    const kept = scope.fields.filter(({ role }) => scope.group !== 'consent' || role !== 'preselection')
    const values = kept.map((field) => [field.id, toAbsolute(field, detail[field.id] ?? null, moment)])
    return [{ ...Object.fromEntries(values), type: scope.id }]
  })
}

/** The same, with the preselection fields: what the utility is asked for. */
export function toScopeRequests(
  requested: readonly RequestedScope[],
  moment: Moment,
): { type: string; details: Record<string, DetailValue> }[] {
  return requested.map(({ scope, detail }) => ({
    type: scope.type,
    details: Object.fromEntries([
      ...scope.fields.map((field) => [field.id, toAbsolute(field, detail?.[field.id] ?? null, moment)]),
      ...scope.implied.map((field) => [field, true]),
    ]),
  }))
}

function toAbsolute(field: DetailField, value: DetailValue, { now, timezone }: Moment): DetailValue {
  if (field.format !== 'relative_or_absolute_datetime' || typeof value !== 'string') return value
  const duration = parseDuration(value)
  if (duration) return toDatetime(addDuration(now, duration, directionOf(field), timezone))
  return value === 'infinite' ? value : toDatetime(new Date(value))
}
