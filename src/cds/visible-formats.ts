import { Decimal } from '../shared/decimal.ts'
import { type Json, parseExact } from '../shared/json.ts'

/** Formats name meter devices too: only those that this access may see. */
export function visibleFormats(formats: string, visible: ReadonlySet<string> | undefined): string {
  if (!formats.includes('related_meterdevice')) return formats
  const all = parseExact(formats)
  const trimmed = (Array.isArray(all) ? all : []).map((format) => {
    if (!isObject(format)) return format
    const { related_meterdevices: many, related_meterdevice: one, ...rest } = format
    return {
      ...rest,
      ...(Array.isArray(many) ? { related_meterdevices: many.filter((id) => visible?.has(String(id))) } : {}),
      ...(typeof one === 'string' && visible?.has(one) ? { related_meterdevice: one } : {}),
    }
  })
  return JSON.stringify(trimmed)
}

function isObject(value: Json): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Decimal)
}
