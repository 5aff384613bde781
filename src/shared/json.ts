import { Decimal } from './decimal.ts'

/** What JSON text can hold, numbers exact. */
export type Json = null | boolean | string | Decimal | Json[] | { [key: string]: Json }

/**
 * JSON text becomes values whose numbers are `Decimal`: no digit passes through a float. Use it wherever energy, money
 * or identifiers are read back.
 */
export function parseExact(text: string): Json {
  return JSON.parse(text, function (
    this: unknown,
    _key: string,
    value: unknown,
    context?: { source: string },
  ) {
    if (typeof value !== 'number') return value
    const decimal = context && Decimal.parse(context.source)
    if (!decimal) throw new SyntaxError('a number without its source text')
    return decimal
  } as (key: string, value: unknown) => unknown) as Json
}

/** Whether a value is an object, with members. */
export function isJsonObject(value: Json): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Decimal)
}

/**
 * Text that is the same for the same value, whatever the order of the keys: for hashes and comparisons.
 * Decimals keep their digits, so `1.0` and `1.00` differ, as they do on the wire.
 */
export function canonicalJson(value: unknown): string {
  if (value instanceof Decimal) return value.toString()
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`)
  return `{${members.join(',')}}`
}
