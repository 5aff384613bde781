import { PREFIXES } from './write-element.ts'

/** One IntervalReading to be written; integers as ESPI has them. */
export interface WrittenReading {
  start: number
  duration: number
  value: bigint
  cost?: bigint | undefined
  quality?: number | undefined
  tou?: number | undefined
  consumptionTier?: number | undefined
  cpp?: number | undefined
}

/** One IntervalBlock to be written. */
export interface WrittenBlock {
  start: number
  duration: number
  readings: Iterable<WrittenReading>
}

const P = PREFIXES.usage
const PIECE = 2 ** 16

/** An IntervalBlock becomes XML text in pieces, children in the order of the XSD. */
export function* writeBlock({ start, duration, readings }: WrittenBlock): Generator<string> {
  let text = `<${P}:IntervalBlock>${period('interval', start, duration)}`
  for (const reading of readings) {
    text += readingText(reading)
    if (text.length < PIECE) continue
    yield text
    text = ''
  }
  yield `${text}</${P}:IntervalBlock>`
}

function readingText(reading: WrittenReading): string {
  const { start, duration, value, cost, quality, tou, consumptionTier, cpp } = reading
  const inside = [
    leaf('cost', cost),
    quality === undefined ? '' : `<${P}:ReadingQuality>${leaf('quality', quality)}</${P}:ReadingQuality>`,
    period('timePeriod', start, duration),
    leaf('value', value),
    leaf('consumptionTier', consumptionTier),
    leaf('tou', tou),
    leaf('cpp', cpp),
  ]
  return `<${P}:IntervalReading>${inside.join('')}</${P}:IntervalReading>`
}

function period(name: string, start: number, duration: number): string {
  return `<${P}:${name}>${leaf('duration', duration)}${leaf('start', start)}</${P}:${name}>`
}

function leaf(name: string, value: number | bigint | undefined): string {
  return value === undefined ? '' : `<${P}:${name}>${value}</${P}:${name}>`
}
