import { inSeconds, parseBigInteger, parseInteger } from '../espi/integers.ts'
import type { RefusalCode } from './refusals.ts'
import { LAST_SECOND } from './span.ts'

/** What a text must be so that a translation can use it. */
export type ReadAs = 'integer' | 'time' | 'boolean'

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
])

/** Why a text is not what it must be; undefined where it is. */
export function faultOf(text: string, as: ReadAs): RefusalCode | undefined {
  if (as === 'boolean') return BOOLEANS.has(text) ? undefined : 'value_not_boolean'
  if (as === 'integer') return typeof parseInteger(text) === 'number' ? undefined : 'code_not_integer'
  if (parseBigInteger(text) === undefined) return 'timestamp_not_integer'
  return timeOf(text) === undefined ? 'timestamp_out_of_range' : undefined
}

/** The epoch seconds that a text says, of milliseconds too; undefined where it is no time that a datetime can say. */
export function timeOf(text: string | undefined): number | undefined {
  if (text === undefined || parseBigInteger(text) === undefined) return undefined
  const time = Math.floor(inSeconds(Number(text)))
  return time >= 0 && time <= LAST_SECOND ? time : undefined
}

/** What an XSD boolean says; undefined where it is none. */
export function booleanOf(text: string | undefined): boolean | undefined {
  return text === undefined ? undefined : BOOLEANS.get(text)
}
