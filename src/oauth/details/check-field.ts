import { datetime } from '../../cds/wire/primitives.ts'
import type { DetailField } from '../scopes/scope.ts'
import type { DetailValue } from '../stores.ts'
import { addDuration, parseDuration, toLocalDate } from './relative-datetime.ts'

/** What a check needs to know of the world. */
export interface Moment {
  now: Date
  timezone: string
}

type Fault = string | undefined

/**
 * Says what is wrong with the value of an authorization details field, or nothing (CDS-WG1-02 §3.8 #auth-details-fields-format,
 * §3.9 #auth-details-field-formats).
 */
export function faultOf(field: DetailField, value: unknown, moment: Moment): Fault {
  if (value === null && field.format.endsWith('_or_null')) return undefined
  return FORMATS[field.format.replace(/_or_null$/, '')]?.(field, value, moment) ?? undefined
}

const FORMATS: Record<string, (field: DetailField, value: unknown, moment: Moment) => Fault> = {
  boolean: (_, value) => (typeof value === 'boolean' ? undefined : 'must be true or false'),
  string: checkString,
  string_list: checkStringList,
  choice: (field, value) =>
    typeof value === 'string' && isChoice(field, value) ? undefined : `must be one of ${choicesOf(field)}`,
  choice_list: (field, value) =>
    isNonEmptyStringList(value) && value.every((item) => isChoice(field, item))
      ? undefined
      : `must be a non-empty list of ${choicesOf(field)}`,
  relative_or_absolute_date: checkTime,
  relative_or_absolute_datetime: checkTime,
}

function checkString({ minimum, maximum }: DetailField, value: unknown): Fault {
  if (typeof value !== 'string') return 'must be a string'
  return withinLength(value.length, minimum, maximum)
}

function checkStringList({ minimum, maximum }: DetailField, value: unknown): Fault {
  if (!isNonEmptyStringList(value)) return 'must be a non-empty list of strings'
  return withinLength(
    value.reduce((length, item) => length + item.length, 0),
    minimum,
    maximum,
  )
}

function withinLength(
  length: number,
  minimum: DetailField['minimum'],
  maximum: DetailField['maximum'],
): Fault {
  if (typeof minimum === 'number' && length < minimum) return `must hold at least ${minimum} characters`
  if (typeof maximum === 'number' && length > maximum) return `must hold at most ${maximum} characters`
  return undefined
}

function isNonEmptyStringList(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string')
}

function isChoice({ choices = [] }: DetailField, value: string): boolean {
  return choices.some(({ id }) => id === value)
}

function choicesOf({ choices = [] }: DetailField): string {
  return choices.map(({ id }) => id).join(', ')
}

function checkTime(field: DetailField, value: unknown, moment: Moment): Fault {
  const distance = distanceOf(field, value, moment)
  if (distance === undefined) {
    return isDate(field)
      ? 'must be a date such as 2026-01-31, a duration such as P1Y, or "infinite"'
      : 'must be a datetime such as 2026-01-01T00:00:00Z, a duration such as P1Y, or "infinite"'
  }
  // §3.8: for a historical period the maximum is what lies furthest back, the minimum what is closest to now.
  if (field.maximum !== undefined && distance > (distanceOf(field, field.maximum, moment) ?? Infinity)) {
    return `must not go beyond ${field.maximum}`
  }
  if (field.minimum !== undefined && distance < (distanceOf(field, field.minimum, moment) ?? -Infinity)) {
    return `must not be nearer than ${field.minimum}`
  }
  return undefined
}

/** How far from now, or from today, in the direction of the field, in milliseconds. */
function distanceOf(field: DetailField, value: unknown, moment: Moment): number | undefined {
  if (value === 'infinite') return Infinity
  if (typeof value !== 'string') return undefined
  const direction = directionOf(field)
  const epoch = isDate(field) ? dayAt(value, direction, moment) : datetimeAt(value, direction, moment)
  const from = isDate(field) ? dayAt('P0D', direction, moment) : moment.now.getTime()
  return epoch === undefined || from === undefined ? undefined : direction * (epoch - from)
}

function isDate({ format }: DetailField): boolean {
  return format === 'relative_or_absolute_date'
}

/** Dates are compared as days: midnight UTC of each. */
function dayAt(text: string, direction: 1 | -1, moment: Moment): number | undefined {
  const day = toLocalDate(text, direction, moment)
  return day === undefined ? undefined : Date.parse(day)
}

function datetimeAt(text: string, direction: 1 | -1, { now, timezone }: Moment): number | undefined {
  const duration = parseDuration(text)
  if (duration) return addDuration(now, duration, direction, timezone).getTime()
  return datetime.safeParse(text).success ? Date.parse(text) : undefined
}

/** CDS-WG3-01 §7.3 #auth-details-duration: a historical duration is subtracted, every other is added. */
export function directionOf({ role }: DetailField): 1 | -1 {
  return role === 'historical_duration' ? -1 : 1
}

/** A value that `faultOf` found nothing wrong with has this type. */
export function isDetailValue(value: unknown): value is DetailValue {
  return (
    value === null || typeof value === 'string' || typeof value === 'boolean' || isNonEmptyStringList(value)
  )
}
