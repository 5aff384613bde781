import { currencies } from '../espi/codes.ts'
import type { BlockItem } from '../espi/kin.ts'
import type { Readings } from '../espi/readings.ts'
import type { MeterReading, UsagePoint } from '../espi/resolved.ts'
import { Decimal } from '../shared/decimal.ts'
import { type Measurement, toMeasurement } from './measurement.ts'
import { parseReadingType, type ReadingType, streamKey } from './reading-type.ts'
import { isRefusalCode, Refusals } from './refusals.ts'
import type { Span } from './span.ts'
import type { TranslateContext, Window } from './translated.ts'

/** Readings of one usage point that measure the same thing the same way, however many MeterReadings they came in. */
export interface Stream {
  key: string
  measurement: Measurement
}

/** The readings of a stream that carry the same time of use, tier and critical peak: one value per interval. */
export interface Lane {
  key: string
  stream: Stream
  tou: number | undefined
  consumptionTier: number | undefined
  cpp: number | undefined
}

/** What the readings of one block share. */
export interface Origin {
  block: BlockItem
  /** Of the values, in the unit on the wire. */
  exponent: number
  currency: string | undefined
}

/** One reading in its place in time. Values are read from the columns when they are written out. */
export interface Slot {
  lane: Lane
  origin: Origin
  start: number
  interval: number
  quality: number | undefined
  /** Of two slots for one place the one whose entry is updated later, then the one with the higher `order`, counts. */
  order: number
  row: number
}

/** The last second of the year 9999: what a datetime on the wire can say. */
const LAST_SECOND = 253_402_300_799

const COST_EXPONENT = -5

export function decimalOf({ origin, row }: Slot): Decimal {
  return new Decimal(origin.block.readings.value(row), origin.exponent)
}

/** ESPI cost: hundred-thousandths of the currency, whatever powerOfTenMultiplier says (XSD IntervalReading.cost). */
export function costOf({ origin, row }: Slot): Decimal | undefined {
  const cost = origin.block.readings.cost(row)
  return cost === undefined ? undefined : new Decimal(cost, COST_EXPONENT)
}

/** All readings of a usage point become slots; what has no unit, time or place is refused. */
export function toSlots(
  point: UsagePoint,
  serviceKind: number | undefined,
  { currency, window }: Pick<TranslateContext, 'currency' | 'window'>,
  refusals: Refusals,
): Slot[] {
  const lanes = new Map<string, Lane>()
  const slots: Slot[] = []
  for (const meterReading of point.meterReadings) {
    refuseFaults(meterReading, refusals)
    const source = toSource(meterReading, serviceKind, currency, refusals)
    if (!source) continue
    for (const block of meterReading.blocks) addBlock(slots, lanes, block, source, refusals)
  }
  return window ? slots.filter(({ start }) => !isOfNeighbour(start, window)) : slots
}

/**
 * Readings outside the window and inside the history belong to a local day that another window brings whole; here they may
 * be a piece of it.
 */
function isOfNeighbour(start: number, window: Window): boolean {
  return !isIn(start, window) && isIn(start, window.history)
}

function isIn(start: number, span: Span): boolean {
  return start >= span.start && start < span.end
}

/** What a usage point measures, as far as its reading types can be translated; their readings need not be there. */
export function measurementsOf(point: UsagePoint, serviceKind: number | undefined): Measurement[] {
  const elsewhere = new Refusals()
  return point.meterReadings.flatMap(({ readingType }) => {
    if (!readingType || readingType.rivals.length > 0) return []
    const { entry, element } = readingType
    return elsewhere.attempt(entry, 1, () => toMeasurement(parseReadingType(element), serviceKind)) ?? []
  })
}

interface Source extends Stream {
  type: ReadingType
  currency: string | undefined
}

function toSource(
  { item, readingType, blocks }: MeterReading,
  serviceKind: number | undefined,
  defaultCurrency: string | undefined,
  refusals: Refusals,
): Source | undefined {
  const count = blocks.reduce((sum, { block }) => sum + block.to - block.from, 0)
  const entry = item?.entry ?? blocks[0]?.entry
  if (count === 0 || !entry) return undefined
  if (!readingType) {
    refusals.add('reading_type_missing', entry, 'MeterReading', undefined, count)
    return undefined
  }
  if (readingType.rivals.length > 0) {
    refusals.add('ambiguous_reading_type', readingType.entry, 'ReadingType', undefined, count)
    return undefined
  }
  return refusals.attempt(readingType.entry, count, () => {
    const type = parseReadingType(readingType.element)
    const currency = type.currency ? currencies.get(type.currency) : defaultCurrency
    return { key: streamKey(type), type, currency, measurement: toMeasurement(type, serviceKind) }
  })
}

function refuseFaults({ blocks }: MeterReading, refusals: Refusals): void {
  for (const { block, entry } of blocks) {
    for (const { code, field, value, count } of block.faults) {
      if (!isRefusalCode(code)) throw new Error(`the reader reports an unlisted fault: ${code}`)
      refusals.add(code, entry, field, value, count)
    }
  }
}

function addBlock(
  slots: Slot[],
  lanes: Map<string, Lane>,
  item: BlockItem,
  source: Source,
  refusals: Refusals,
): void {
  const { block, readings, entry } = item
  const exponent = source.type.powerOfTenMultiplier + source.measurement.scale
  const origin = { block: item, exponent, currency: source.currency }
  let next = block.start
  for (let row = block.from; row < block.to; row++) {
    const given = readings.start(row)
    // XSD IntervalReading.timePeriod: readings without a time follow each other from the start of the block.
    const start = given >= 0 ? given : next
    const interval = intervalOf(item, row, source.type)
    if (start === undefined) refusals.add('timestamp_unknown', entry, 'IntervalReading.timePeriod.start')
    else if (!interval) refusals.add('duration_unknown', entry, 'IntervalReading.timePeriod.duration')
    else if (start + interval > LAST_SECOND) {
      refusals.add('timestamp_out_of_range', entry, 'IntervalReading.timePeriod.start', start)
    } else {
      next = start + interval
      slots.push({
        lane: laneOf(lanes, source, readings, row),
        origin,
        start,
        interval,
        quality: readings.code('quality', row) ?? source.type.defaultQuality,
        order: slots.length,
        row,
      })
    }
  }
}

/** A reading's own duration, else the ReadingType's interval, else the block's when it holds a single reading. */
function intervalOf({ block, readings }: BlockItem, row: number, type: ReadingType): number | undefined {
  const whole = block.to - block.from === 1 ? block.duration : undefined
  return readings.duration(row) || type.intervalLength || whole
}

function laneOf(lanes: Map<string, Lane>, source: Source, readings: Readings, row: number): Lane {
  // Code 0 means "not applicable".
  const tou = (readings.code('tou', row) ?? source.type.tou) || undefined
  const consumptionTier = (readings.code('consumptionTier', row) ?? source.type.consumptionTier) || undefined
  const cpp = (readings.code('cpp', row) ?? source.type.cpp) || undefined
  const key = `${source.key}|${tou ?? ''}|${consumptionTier ?? ''}|${cpp ?? ''}`
  const known = lanes.get(key)
  if (known) return known
  const stream = { key: source.key, measurement: source.measurement }
  const lane = { key, stream, tou, consumptionTier, cpp }
  lanes.set(key, lane)
  return lane
}
