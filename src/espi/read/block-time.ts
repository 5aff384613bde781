import { inSeconds, parseInteger } from '../integers.ts'
import type { BlockFaults } from './block-faults.ts'

/** Stands for "not given" (XSD IntervalReading.timePeriod). */
const NOT_GIVEN = -1

/**
 * The text of a `start` or `duration` becomes whole seconds, of milliseconds too where it is a start; -1 where there is
 * none. Anything else is a fault of the field, and undefined.
 */
export function parseBlockTime(
  text: string | undefined,
  field: string,
  faults: BlockFaults,
): number | undefined {
  if (text === undefined) return NOT_GIVEN
  const given = parseInteger(text)
  const time = field.endsWith('.start') && typeof given === 'number' ? inSeconds(given) : given
  if (typeof time === 'number' && time >= 0 && Number.isInteger(time)) return time
  const isOutOfRange = typeof time === 'bigint' || (time !== undefined && time < 0)
  faults.add(isOutOfRange ? 'timestamp_out_of_range' : 'timestamp_not_integer', field, text)
  return undefined
}
