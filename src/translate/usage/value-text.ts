import type { Series } from './series.ts'
import { COST_EXPONENT, type Slots } from './slots.ts'
import { TextBuffer } from './text-buffer.ts'
import { isNegated, memberOf } from './value-formats.ts'
import type { ValueSource } from './value-source.ts'

const ascii = (text: string): Uint8Array => Buffer.from(text, 'latin1')

const [OPEN, CLOSE, COMMA] = [91, 93, 44] as const
const NULL = ascii('null')
const COST = ascii('{"c":')
const END = ascii('}')
const NOBODY = -1

/** What stands around a series' numbers. */
interface Frame {
  before: Uint8Array
  after: Uint8Array
  sign: number
  /** Sign and factor of the unit. */
  times: number
  exponent: number
}

/** Writes value sets as JSON text, number by number: what JSON.stringify makes of `toValueSets`. */
export class ValueSetWriter {
  private readonly text = new TextBuffer()
  private readonly frames = new Map<Series, Frame>()

  write({ group, columns, start, end }: ValueSource): string {
    const { slots, order, interval } = group
    const { formats, costsFrom } = columns
    const { text } = this
    const places = new Int32Array(formats.length)
    text.clear()
    text.addByte(OPEN)
    let next = 0
    for (let time = start; time < end; time += interval) {
      places.fill(NOBODY)
      for (; next < order.length && slots.starts[order[next] ?? 0] === time; next++) {
        const slot = order[next] ?? 0
        const series = slots.series[slot] ?? 0
        places[columns.columnOf[series] ?? 0] = slot
        const cost = columns.costColumnOf[series]
        if (cost !== undefined && slots.hasCost(slot)) places[cost] = slot
      }
      if (time > start) text.addByte(COMMA)
      text.addByte(OPEN)
      for (let column = 0; column < places.length; column++) {
        if (column > 0) text.addByte(COMMA)
        const slot = places[column] ?? NOBODY
        if (slot === NOBODY) text.add(NULL)
        else if (column < costsFrom) this.addValue(slots, slot)
        else this.addCost(slots, slot)
      }
      text.addByte(CLOSE)
    }
    if (next < order.length) throw new Error('a reading fell out of its own grid')
    text.addByte(CLOSE)
    return text.toString()
  }

  private addValue(slots: Slots, slot: number): void {
    const { text } = this
    const { before, after, sign, times, exponent } = this.frameOf(slots.seriesOf(slot))
    const value = slots.blockItemOf(slot).readings.smallValue(slots.rowOf(slot))
    text.add(before)
    if (value !== undefined && Number.isSafeInteger(value * times)) text.addNumber(value * times, exponent)
    else {
      const exact = slots.valueOf(slot)
      text.add(ascii((sign < 0 ? exact.negate() : exact).toString()))
    }
    text.add(after)
  }

  private addCost(slots: Slots, slot: number): void {
    const { text } = this
    const cost = slots.blockItemOf(slot).readings.smallCost(slots.rowOf(slot))
    text.add(COST)
    if (cost !== undefined) text.addNumber(cost, COST_EXPONENT)
    else text.add(ascii(slots.costOf(slot)?.toString() ?? 'null'))
    text.add(END)
  }

  private frameOf(series: Series): Frame {
    const known = this.frames.get(series)
    if (known) return known
    const quoted = memberOf(series) === 'r'
    const sign = isNegated(series.lane.stream.measurement) ? -1 : 1
    const frame = {
      before: ascii(`{${JSON.stringify(memberOf(series))}:${quoted ? '"' : ''}`),
      after: ascii(quoted ? '"}' : '}'),
      sign,
      times: sign * series.lane.stream.measurement.factor,
      exponent: series.exponent,
    }
    this.frames.set(series, frame)
    return frame
  }
}
