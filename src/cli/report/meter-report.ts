import { epochToDatetime } from '../../shared/clock.ts'
import type { DayOfStream, MeterStream } from './meter-stream.ts'
import type { MeterReport } from './report.ts'
import { suspicionsOf } from './suspicions.ts'

/** What tells one quantity of a service point from another. */
export type MeterIdentity = Pick<
  MeterReport,
  'servicepoints' | 'type' | 'direction' | 'measure' | 'units' | 'interval'
>

/** One quantity with its times, sums, days and what is suspicious about it. */
export function toMeterReport(
  identity: MeterIdentity,
  stream: MeterStream,
  meterNumbers: string[],
): MeterReport {
  return {
    ...identity,
    meter_numbers: meterNumbers,
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

/** A local day as `2026-03-08`. */
export function dateOf({ year, month, dayOfMonth }: DayOfStream['day']): string {
  const two = (number: number): string => String(number).padStart(2, '0')
  return `${year}-${two(month)}-${two(dayOfMonth)}`
}
