import { toDatetime } from '../../shared/clock.ts'
import type { DetailField } from '../scopes/scope.ts'
import type { AuthorizationDetail, DetailValue } from '../stores.ts'
import { directionOf, type Moment } from './check-field.ts'
import { addDuration, parseDuration, toLocalDate } from './relative-datetime.ts'
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

function toAbsolute(field: DetailField, value: DetailValue, moment: Moment): DetailValue {
  if (typeof value !== 'string' || value === 'infinite') return value
  if (field.format === 'relative_or_absolute_date') {
    return toLocalDate(value, directionOf(field), moment) ?? value
  }
  if (field.format !== 'relative_or_absolute_datetime') return value
  const duration = parseDuration(value)
  const { now, timezone } = moment
  return toDatetime(duration ? addDuration(now, duration, directionOf(field), timezone) : new Date(value))
}
