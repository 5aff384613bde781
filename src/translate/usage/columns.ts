import type { ValueFormat } from '../../cds/wire/usage-segment.ts'
import type { Refusals } from '../refusals.ts'
import type { Lane, Series } from './series.ts'
import type { SlotGroup } from './slot-groups.ts'
import { type FormatContext, toFormat } from './value-formats.ts'

/** Where the values of a group's series stand in each value set of its segment; series by their index. */
export interface Columns {
  formats: ValueFormat[]
  /** Columns from here on are costs. */
  costsFrom: number
  columnOf: readonly number[]
  costColumnOf: readonly (number | undefined)[]
}

export interface ColumnContext extends FormatContext {
  /** Key of a format to its id. */
  identify(key: string): string
  refusals: Refusals
}

const DIRECTION_ORDER = ['forward', 'reverse', 'net', undefined]

/**
 * The formats of a segment, in an order that does not depend on the feed's: one per lane and quality, so that mixed qualities,
 * times of use or tiers keep apart (§10.8.2), then one cost format per lane and currency that has costs (§10.8.5.7.1).
 */
export function toColumns(group: SlotGroup, context: ColumnContext): Columns {
  const formats: ValueFormat[] = []
  const measured = seriesOf(group)
  const indexes = new Map<Lane, number[]>()
  const columnOf = assign(measured, columnKey, (series, key) => {
    indexes.set(series.lane, [...(indexes.get(series.lane) ?? []), formats.length])
    return formats.push(toFormat(series, context.identify(key), context)) - 1
  })
  const costsFrom = formats.length
  const costColumnOf = assign(pricedSeries(group, context.refusals), costKey, (series, key) => {
    const currency = series.currency ?? ''
    const id = context.identify(key)
    return formats.push({ id, type: 'cost', currency, indexes: indexes.get(series.lane) ?? [] }) - 1
  })
  return { formats, costsFrom, columnOf, costColumnOf }
}

/** One column for each key, in the order of formats; gives them by the index of the series. */
function assign(
  all: readonly Series[],
  keyOf: (series: Series) => string,
  newColumn: (series: Series, key: string) => number,
): number[] {
  const columns = new Map<string, number>()
  const byIndex: number[] = []
  for (const series of [...all].sort(byFormat)) {
    const key = keyOf(series)
    const column = columns.get(key) ?? newColumn(series, key)
    columns.set(key, column)
    byIndex[series.index] = column
  }
  return byIndex
}

function seriesOf({ slots, order }: SlotGroup): Series[] {
  const found = new Set<Series>()
  let last = -1
  for (const slot of order) {
    const index = slots.series[slot] ?? -1
    if (index !== last) found.add(slots.seriesOf(slot))
    last = index
  }
  return [...found]
}

/** Series with costs in a known currency; a register's cost and a cost without currency are refused. */
function pricedSeries({ slots, order }: SlotGroup, refusals: Refusals): Series[] {
  const found = new Set<Series>()
  let last: Series | undefined
  for (const slot of order) {
    if (!slots.hasCost(slot)) continue
    const series = slots.seriesOf(slot)
    if (series === last) continue
    const { entry } = slots.blockItemOf(slot)
    if (series.lane.stream.measurement.register) {
      refusals.add('cost_of_register', entry, 'IntervalReading.cost')
    } else if (series.currency === undefined) {
      refusals.add('currency_unknown', entry, 'ReadingType.currency')
    } else {
      found.add(series)
      last = series
    }
  }
  return [...found]
}

function columnKey({ lane, quality }: Series): string {
  return `${lane.key}|${quality ?? ''}`
}

function costKey({ lane, currency }: Series): string {
  return `${lane.key}|cost|${currency ?? ''}`
}

function byFormat(a: Series, b: Series): number {
  const [x, y] = [a.lane, b.lane]
  const [measured, other] = [x.stream.measurement, y.stream.measurement]
  return (
    Number(measured.type === 'cost') - Number(other.type === 'cost') ||
    compareText(measured.type, other.type) ||
    DIRECTION_ORDER.indexOf(measured.direction) - DIRECTION_ORDER.indexOf(other.direction) ||
    compareText(x.stream.key, y.stream.key) ||
    (x.tou ?? 0) - (y.tou ?? 0) ||
    (x.consumptionTier ?? 0) - (y.consumptionTier ?? 0) ||
    (x.cpp ?? 0) - (y.cpp ?? 0) ||
    (a.quality ?? -1) - (b.quality ?? -1) ||
    compareText(a.currency ?? '', b.currency ?? '')
  )
}

function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
