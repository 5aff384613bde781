import type { EspiMeasurement, EspiPeriod } from '../cds/wire/bill-extensions.ts'
import { findElement, findText } from '../espi/elements.ts'
import { parseBigInteger } from '../espi/integers.ts'
import type { Element } from '../espi/model.ts'
import { epochToDatetime } from '../shared/clock.ts'
import { Decimal } from '../shared/decimal.ts'
import { faultOf, timeOf } from './read-text.ts'
import type { RefusalCode } from './refusals.ts'
import { LAST_SECOND, type Span } from './span.ts'

/** Reports what of one summary is left out. */
export type Refuse = (code: RefusalCode, field: string, value?: string) => void

/** A DateTimeInterval, epoch seconds. */
export interface Period {
  start: number
  duration: number
}

/** An ESPI SummaryMeasurement. `value` is absent where it only tells the scale of an amount. */
export interface SummaryMeasurement {
  value: bigint | undefined
  powerOfTen: number
  uom: number | undefined
  timeStamp: number | undefined
  /** Whatever was given, digit by digit. */
  asWritten: EspiMeasurement
}

/** The integer of a child, of any length; refused where it is none. */
export function integerAt(parent: Element | undefined, name: string, refuse: Refuse): bigint | undefined {
  const text = findText(parent, name)
  if (text === undefined) return undefined
  const integer = parseBigInteger(text)
  if (integer === undefined) refuse('value_not_integer', `${parent?.name}.${name}`, text)
  return integer
}

/** The epoch seconds of a child; real feeds write milliseconds too. */
export function timeAt(parent: Element | undefined, name: string, refuse: Refuse): number | undefined {
  const text = findText(parent, name)
  const fault = text === undefined ? undefined : faultOf(text, 'time')
  if (fault) refuse(fault, `${parent?.name}.${name}`, text)
  return timeOf(text)
}

/** A child's start and duration; undefined without a start that can be read: then there is nothing without it. */
export function periodAt(parent: Element | undefined, name: string, refuse: Refuse): Period | undefined {
  const interval = findElement(parent, name)
  const start = timeAt(interval, 'start', refuse)
  if (start === undefined) return undefined
  const duration = Number(integerAt(interval, 'duration', refuse) ?? 0n)
  if (duration >= 0 && start + duration <= LAST_SECOND) return { start, duration }
  refuse('timestamp_out_of_range', `${name}.duration`, String(duration))
  return undefined
}

/** The same of a child that the rest can do without: what is no period is refused, each part of it. */
export function partPeriodAt(parent: Element | undefined, name: string, refuse: Refuse): Period | undefined {
  const period = periodAt(parent, name, refuse)
  const interval = findElement(parent, name)
  if (period || !interval) return period
  const start = timeAt(interval, 'start', () => undefined)
  const duration = findText(interval, 'duration')
  if (start !== undefined) refuse('timestamp_out_of_range', `${name}.start`, String(start))
  else if (duration !== undefined) refuse('timestamp_unknown', `${name}.duration`, duration)
  return undefined
}

/** A child's SummaryMeasurement. */
export function measurementAt(parent: Element, name: string, refuse: Refuse): SummaryMeasurement | undefined {
  const element = findElement(parent, name)
  if (!element) return undefined
  const value = integerAt(element, 'value', refuse)
  const powerOfTen = integerAt(element, 'powerOfTenMultiplier', refuse)
  const uom = integerAt(element, 'uom', refuse)
  const timeStamp = timeAt(element, 'timeStamp', refuse)
  const readingType = findText(element, 'readingTypeRef')
  return {
    value,
    powerOfTen: Number(powerOfTen ?? 0n),
    uom: uom === undefined ? undefined : Number(uom),
    timeStamp,
    asWritten: {
      ...(value !== undefined && { value: new Decimal(value) }),
      ...(powerOfTen !== undefined && { power_of_ten: new Decimal(powerOfTen) }),
      ...(uom !== undefined && { uom: new Decimal(uom) }),
      ...(timeStamp !== undefined && { time_stamp: epochToDatetime(timeStamp) }),
      ...(readingType !== undefined && { reading_type: readingType }),
    },
  }
}

/** The seconds that a period covers. */
export function spanOf({ start, duration }: Period): Span {
  return { start, end: start + duration }
}

/** A period as people find it again. */
export function periodText({ start, duration }: Period): string {
  return `${epochToDatetime(start)} to ${epochToDatetime(start + duration)}`
}

/** A period as it travels in our fields. */
export function toEspiPeriod({ start, duration }: Period): EspiPeriod {
  return { start: epochToDatetime(start), duration: new Decimal(BigInt(duration)) }
}
