import type { BlockItem } from '../../espi/link/kin.ts'
import { Decimal } from '../../shared/decimal.ts'
import type { Refusals } from '../refusals.ts'
import { LAST_SECOND, type Span } from '../span.ts'
import type { Window } from '../translated.ts'
import { type Series, SeriesFinder } from './series.ts'
import type { Source } from './sources.ts'
import { isNegated } from './value-formats.ts'

/** ESPI cost: hundred-thousandths of the currency, whatever powerOfTenMultiplier says (XSD IntervalReading.cost). */
export const COST_EXPONENT = -5

const FIRST_SLOTS = 128

/** Which readings of a block are taken: those that begin in the span, but not those of a neighbouring window. */
interface Taking {
  span: Span
  window: Window | undefined
  refusals: Refusals
}

/**
 * Readings in their places in time, as columns: slot `n` is the n-th element of each. Values stay where they are, and are
 * taken from the feed's columns when they are written out. Of two slots for one place the later counts.
 */
export class Slots {
  length = 0
  readonly finder = new SeriesFinder()
  readonly blocks: BlockItem[] = []
  starts = new Float64Array(FIRST_SLOTS)
  intervals = new Float64Array(FIRST_SLOTS)
  series = new Int32Array(FIRST_SLOTS)
  rows = new Int32Array(FIRST_SLOTS)
  blockOf = new Int32Array(FIRST_SLOTS)

  /** Forgets all slots and makes room for others; the series stay. */
  clear(capacity: number): void {
    this.length = 0
    this.blocks.length = 0
    if (capacity <= this.starts.length) return
    const size = Math.max(capacity, 2 * this.starts.length)
    this.starts = new Float64Array(size)
    this.intervals = new Float64Array(size)
    this.series = new Int32Array(size)
    this.rows = new Int32Array(size)
    this.blockOf = new Int32Array(size)
  }

  /** Places the readings of a block that begin in a span of time; those without time are refused. */
  addBlock(item: BlockItem, source: Source, { span, window, refusals }: Taking): void {
    const { block, readings, entry } = item
    const { from, to } = block
    const whole = to - from === 1 ? block.duration : undefined
    const blockIndex = this.blocks.push(item) - 1
    const negated = isNegated(source.measurement)
    let next = block.start
    for (let row = from; row < to; row++) {
      const given = readings.start(row)
      // XSD IntervalReading.timePeriod: readings without a time follow each other from the start of the block.
      const start = given >= 0 ? given : next
      // A reading's own duration, else the ReadingType's interval, else the block's when it holds a single reading.
      const interval = readings.duration(row) || source.type.intervalLength || whole
      if (start !== undefined && !isIn(Math.min(start, LAST_SECOND), span)) {
        if (interval) next = start + interval
      } else if (start === undefined)
        refusals.add('timestamp_unknown', entry, 'IntervalReading.timePeriod.start')
      else if (!interval) refusals.add('duration_unknown', entry, 'IntervalReading.timePeriod.duration')
      else if (start + interval > LAST_SECOND) {
        refusals.add('timestamp_out_of_range', entry, 'IntervalReading.timePeriod.start', start)
      } else {
        next = start + interval
        if (window && isOfNeighbour(start, window)) continue
        const slot = this.length++
        this.starts[slot] = start
        this.intervals[slot] = interval
        this.series[slot] = this.finder.find(source, readings, row).index
        this.rows[slot] = row
        this.blockOf[slot] = blockIndex
        const value = negated ? (readings.smallValue(row) ?? readings.value(row)) : 0
        if (value < 0) refusals.add('reverse_negative', entry, 'IntervalReading.value', String(value))
      }
    }
  }

  startOf(slot: number): number {
    return this.starts[slot] ?? 0
  }

  intervalOf(slot: number): number {
    return this.intervals[slot] ?? 0
  }

  rowOf(slot: number): number {
    return this.rows[slot] ?? 0
  }

  seriesOf(slot: number): Series {
    const series = this.finder.all[this.series[slot] ?? -1]
    if (!series) throw new Error('a reading without a series')
    return series
  }

  blockItemOf(slot: number): BlockItem {
    const item = this.blocks[this.blockOf[slot] ?? -1]
    if (!item) throw new Error('a reading without a block')
    return item
  }

  valueOf(slot: number): Decimal {
    const { exponent, lane } = this.seriesOf(slot)
    const value = this.blockItemOf(slot).readings.value(this.rowOf(slot))
    return new Decimal(value * BigInt(lane.stream.measurement.factor), exponent)
  }

  costOf(slot: number): Decimal | undefined {
    const cost = this.blockItemOf(slot).readings.cost(this.rowOf(slot))
    return cost === undefined ? undefined : new Decimal(cost, COST_EXPONENT)
  }

  hasCost(slot: number): boolean {
    return this.blockItemOf(slot).readings.hasCost(this.rowOf(slot))
  }
}

/**
 * Readings outside the window and inside the history belong to a segment that another window brings whole; here they may
 * be a piece of it.
 */
function isOfNeighbour(start: number, window: Window): boolean {
  return !isIn(start, window) && isIn(start, window.history)
}

function isIn(start: number, span: Span): boolean {
  return start >= span.start && start < span.end
}
