import type { ValueFormat, ValueObject } from '../cds/wire/usage-segment.ts'
import { toReadingQuality } from './quality.ts'
import type { Refusals } from './refusals.ts'
import { costOf, decimalOf, type Lane, type Slot } from './slots.ts'

/** Where a slot's values stand in each value set of its segment. */
export interface Columns {
  formats: ValueFormat[]
  columnOf(slot: Slot): number
  costColumnOf(slot: Slot): number | undefined
}

export interface FormatContext {
  /** Key of a format to its id. */
  identify(key: string): string
  /** The meter, where exactly one can have measured this. */
  meterDeviceIds: readonly string[]
  refusals: Refusals
}

/** CDS-WG3-01 §10.8.5: the member that holds the value of each type. `v` is that of our own types. */
const VALUE_KEYS = {
  electric_usage: 'eu',
  electric_demand: 'ed',
  water_usage: 'wu',
  natural_gas_usage: 'gu',
  espi_natural_gas_volume: 'v',
} as const

const DIRECTION_ORDER = ['forward', 'reverse', 'net', undefined]

/**
 * The formats of a segment, in an order that does not depend on the feed's: one per lane and quality, so that mixed qualities,
 * times of use or tiers keep apart (§10.8.2), then one cost format per lane and currency that has costs (§10.8.5.7.1).
 */
export function toColumns(slots: readonly Slot[], context: FormatContext): Columns {
  const columns = new Map<string, number>()
  const formats: ValueFormat[] = []
  const indexes = new Map<Lane, number[]>()
  for (const slot of distinct(slots, columnKey).sort(byFormat)) {
    const index = formats.length
    columns.set(columnKey(slot), index)
    formats.push(toFormat(slot, context))
    indexes.set(slot.lane, [...(indexes.get(slot.lane) ?? []), index])
  }
  for (const slot of distinct(pricedSlots(slots, context.refusals), costKey).sort(byFormat)) {
    columns.set(costKey(slot), formats.length)
    formats.push({
      id: context.identify(costKey(slot)),
      type: 'cost',
      currency: slot.origin.currency ?? '',
      indexes: indexes.get(slot.lane) ?? [],
    })
  }
  return {
    formats,
    columnOf: (slot) => columns.get(columnKey(slot)) ?? 0,
    costColumnOf: (slot) => columns.get(costKey(slot)),
  }
}

/** A slot's value as its format's value object, CDS-WG3-01 §10.8.4 #usage-segment-value-objects. */
export function toValueObject(slot: Slot): ValueObject {
  const { type, register, direction } = slot.lane.stream.measurement
  const value = decimalOf(slot)
  // §10.8.5.8.2: a register's value is a text, so that nobody adds it up.
  if (register) return { r: value.toString() }
  // §10.8.5.1.2: what flows to the grid is negative, whereas ESPI reports a reverse reading as a positive magnitude.
  return { [VALUE_KEYS[type]]: direction === 'reverse' ? value.negate() : value }
}

export function toCostObject(slot: Slot): ValueObject | null {
  const cost = costOf(slot)
  return cost ? { c: cost } : null
}

function toFormat(slot: Slot, context: FormatContext): ValueFormat {
  const { lane, quality } = slot
  const { measurement } = lane.stream
  const [meterDeviceId, ...others] = context.meterDeviceIds
  const onlyMeter = others.length === 0 ? meterDeviceId : undefined
  const id = context.identify(columnKey(slot))
  const codes = espiCodes(slot)
  if (measurement.register) {
    return {
      id,
      type: 'meter_readings',
      ...(onlyMeter !== undefined && { related_meterdevice: onlyMeter }),
      register: null,
      units: measurement.units,
      ...(measurement.direction && { espi_direction: measurement.direction }),
      ...codes,
    }
  }
  const cdsQuality = quality === undefined ? undefined : toReadingQuality(quality)
  const format: Record<string, unknown> & { id: string; type: string; units: string } = {
    id,
    type: measurement.type,
    units: measurement.units,
    ...(measurement.demandType && { demand_type: measurement.demandType }),
    ...(measurement.direction && { direction: measurement.direction }),
    ...(cdsQuality && { quality: cdsQuality }),
    ...codes,
    ...(onlyMeter !== undefined && { related_meterdevices: [onlyMeter] }),
  }
  return format as ValueFormat
}

/**
 * What CDS cannot say exactly travels as it came: the quality's own code, and time of use, tier and critical peak, whose
 * numbers each custodian defines for itself. §10.8.5.1.1: the CDS fields are left out where their meaning is unknown.
 */
function espiCodes({ lane, quality }: Slot): Record<string, number> {
  return {
    ...(quality !== undefined && { espi_quality: quality }),
    ...(lane.tou !== undefined && { espi_tou: lane.tou }),
    ...(lane.consumptionTier !== undefined && { espi_tier: lane.consumptionTier }),
    ...(lane.cpp !== undefined && { espi_cpp: lane.cpp }),
  }
}

/** Slots whose cost has a currency; a register's cost and a cost without currency are refused. */
function pricedSlots(slots: readonly Slot[], refusals: Refusals): Slot[] {
  return slots.filter((slot) => {
    const { block, currency } = slot.origin
    if (block.readings.cost(slot.row) === undefined) return false
    if (slot.lane.stream.measurement.register) {
      refusals.add('cost_of_register', block.entry, 'IntervalReading.cost')
      return false
    }
    if (currency === undefined) refusals.add('currency_unknown', block.entry, 'ReadingType.currency')
    return currency !== undefined
  })
}

function distinct(slots: readonly Slot[], keyOf: (slot: Slot) => string): Slot[] {
  const seen = new Map<string, Slot>()
  for (const slot of slots) {
    const key = keyOf(slot)
    if (!seen.has(key)) seen.set(key, slot)
  }
  return [...seen.values()]
}

function columnKey({ lane, quality }: Slot): string {
  return `${lane.key}|${quality ?? ''}`
}

function costKey({ lane, origin }: Slot): string {
  return `${lane.key}|cost|${origin.currency ?? ''}`
}

function byFormat(a: Slot, b: Slot): number {
  const [x, y] = [a.lane, b.lane]
  const [measured, other] = [x.stream.measurement, y.stream.measurement]
  return (
    compareText(measured.type, other.type) ||
    DIRECTION_ORDER.indexOf(measured.direction) - DIRECTION_ORDER.indexOf(other.direction) ||
    compareText(x.stream.key, y.stream.key) ||
    (x.tou ?? 0) - (y.tou ?? 0) ||
    (x.consumptionTier ?? 0) - (y.consumptionTier ?? 0) ||
    (x.cpp ?? 0) - (y.cpp ?? 0) ||
    (a.quality ?? -1) - (b.quality ?? -1)
  )
}

function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
