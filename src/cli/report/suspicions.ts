import { epochToDatetime } from '../../shared/clock.ts'
import type { Stretch } from './coverage.ts'
import { dateOf } from './date-of.ts'
import { durationText } from './duration-text.ts'
import type { MeterIdentity } from './meter-identity.ts'
import type { MeterStream } from './meter-stream.ts'
import type { Suspicion } from './report.ts'

/** So many of one kind are listed; the rest is counted. */
const LISTED = 50
const HOUR = 3600
const DAY = 24 * HOUR

/** What a day of one meter may plausibly be, in the unit on the wire: outside, the scale is doubtful. Wide on purpose. */
const PLAUSIBLE_A_DAY: Readonly<Record<string, readonly [number, number]>> = {
  kWh: [0.05, 100_000],
  therm: [0.001, 10_000],
  Btu: [100, 1e9],
  Sm3: [0.005, 30_000],
  scf: [0.2, 1_000_000],
  m3: [0.0005, 30_000],
  ft3: [0.02, 1_000_000],
  L: [0.5, 10_000_000],
  gal: [0.1, 3_000_000],
}

/** Everything about one quantity that a person should look at. */
export function suspicionsOf(identity: MeterIdentity, stream: MeterStream): Suspicion[] {
  if (identity.interval === 'register') return []
  const { gaps, overlaps } = stream.coverage.holes()
  return [
    ...stretches('gap', gaps, (length) => `No value for ${length}.`),
    ...stretches('overlap', overlaps, (length) => `Two values each for ${length}: do not add them up.`),
    ...clockChanges(identity, stream),
    ...negatives(identity, stream),
    ...scaleDoubts(identity, stream),
  ]
}

function stretches(
  code: 'gap' | 'overlap',
  found: readonly Stretch[],
  textOf: (length: string) => string,
): Suspicion[] {
  const listed = found.slice(0, LISTED).map(({ start, end }) => ({
    code,
    text: textOf(durationText(end - start)),
    from: epochToDatetime(start),
    to: epochToDatetime(end),
  }))
  const rest = found.length - listed.length
  return rest === 0 ? listed : [...listed, { code, text: `${rest} more of this kind are not listed.` }]
}

/** Days of 23 or 25 hours show whether the utility's clock and ours agree. */
function clockChanges({ interval }: MeterIdentity, { days }: MeterStream): Suspicion[] {
  if (typeof interval !== 'number' || HOUR % interval !== 0) return []
  return [...days.values()]
    .filter(({ day }) => day.end - day.start !== DAY)
    .map(({ day, values }) => {
      const [hours, expected] = [(day.end - day.start) / HOUR, (day.end - day.start) / interval]
      const text = `The clock changes on ${dateOf(day)}: ${hours} hours, ${expected} intervals, ${values} values.`
      return { code: 'clock_change', text, from: epochToDatetime(day.start), to: epochToDatetime(day.end) }
    })
}

function negatives({ direction }: MeterIdentity, { negative }: MeterStream): Suspicion[] {
  if (negative === 0 || direction === 'reverse' || direction === 'net') return []
  return [{ code: 'negative_value', text: `${negative} values are negative.` }]
}

function scaleDoubts({ type, units, direction }: MeterIdentity, stream: MeterStream): Suspicion[] {
  if (!stream.addedUp || type === 'cost') return []
  if (stream.total.coefficient === 0n) return [{ code: 'all_zero', text: 'The values add up to zero.' }]
  const range = PLAUSIBLE_A_DAY[units]
  // A net stream may add up to nearly nothing.
  if (!range || direction === 'net') return []
  const perDay = Math.abs(Number(stream.total)) / (stream.coverage.seconds() / DAY)
  if (perDay >= range[0] && perDay <= range[1]) return []
  const text = `${perDay.toPrecision(3)} ${units} a day on average is implausible: check the power of ten.`
  return [{ code: 'scale_doubtful', text }]
}
