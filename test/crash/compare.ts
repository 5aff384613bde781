import { Decimal } from '../../src/shared/decimal.ts'
import type { Json } from '../../src/shared/json.ts'

/** How what a client reads differs from what the meter counted: numbers of values. */
export interface Difference {
  missing: number
  wrong: number
  /** Served more than once for the same time. */
  twice: number
  /** At a time at which the meter counted nothing. */
  unknown: number
}

/** Watt-hours to the kilowatt-hours that CDS serves. */
const KILO = -3

/** Usage segments beside the truth, each value by its own time, every digit. */
export function compareUsage(segments: readonly Json[], truth: ReadonlyMap<number, bigint>): Difference {
  const seen = new Map<number, Decimal[]>()
  for (const [at, value] of segments.flatMap(valuesOf)) seen.set(at, [...(seen.get(at) ?? []), value])
  const isRight = ([at, values]: [number, Decimal[]]): boolean => {
    const counted = truth.get(at)
    return counted !== undefined && values.every((value) => isSame(value, new Decimal(counted, KILO)))
  }
  const known = [...seen].filter(([at]) => truth.has(at))
  return {
    missing: [...truth.keys()].filter((at) => !seen.has(at)).length,
    wrong: known.filter((entry) => !isRight(entry)).length,
    twice: known.filter(([, values]) => values.length > 1).length,
    unknown: seen.size - known.length,
  }
}

/** Whether nothing differs. */
export function isExact(difference: Difference): boolean {
  return Object.values(difference).every((count) => count === 0)
}

/** Whether what is there is right, although something may be missing. */
export function isRightPart({ missing: _, ...others }: Difference): boolean {
  return Object.values(others).every((count) => count === 0)
}

function isSame(one: Decimal, other: Decimal): boolean {
  return one.plus(other.negate()).coefficient === 0n
}

/** Each value of a segment with the epoch second at which its interval begins. */
function valuesOf(segment: Json): [number, Decimal][] {
  if (segment === null || typeof segment !== 'object' || Array.isArray(segment) || segment instanceof Decimal)
    return []
  const { segment_start: start, interval, values } = segment
  if (typeof start !== 'string' || !(interval instanceof Decimal) || !Array.isArray(values)) return []
  const first = Date.parse(start) / 1000
  return values.flatMap((row, index) =>
    numbersOf(row).map((value): [number, Decimal] => [first + index * Number(interval.toString()), value]),
  )
}

function numbersOf(row: Json): Decimal[] {
  if (row instanceof Decimal) return [row]
  if (row === null || typeof row !== 'object') return []
  return Object.values(row).flatMap(numbersOf)
}
