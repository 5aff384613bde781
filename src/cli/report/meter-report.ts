import { epochToDatetime } from '../../shared/clock.ts'
import { dateOf } from './date-of.ts'
import type { MeterIdentity } from './meter-identity.ts'
import type { DayOfStream, MeterStream } from './meter-stream.ts'
import type { MeterReport } from './report.ts'
import { suspicionsOf } from './suspicions.ts'

/** One quantity with its times, sums, days and what is suspicious about it. */
export function toMeterReport(
  identity: MeterIdentity,
  stream: MeterStream,
  names: Pick<MeterReport, 'meter_numbers' | 'usage_points'>,
): MeterReport {
  return {
    ...identity,
    ...names,
    values: stream.values,
    first: epochToDatetime(stream.first),
    last: epochToDatetime(stream.last),
    ...(stream.addedUp && identity.interval !== 'register' && { total: stream.total.toString() }),
    ...(stream.least && { least: stream.least.toString() }),
    ...(stream.greatest && { greatest: stream.greatest.toString() }),
    days: [...stream.days.values()].sort((a, b) => a.day.start - b.day.start).map(toDay),
    suspicious: suspicionsOf(identity, stream),
  }
}

function toDay({ day, value, values }: DayOfStream): MeterReport['days'][number] {
  return { date: dateOf(day), value: value.toString(), values }
}
