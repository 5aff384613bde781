import { entry, type FeedStyle, feedHead, reading, styled, usagePoint } from './feeds.ts'

const QUARTER = 900
const START = 1672549200
const STYLE: FeedStyle = { pretty: false, prefixed: true, quality: false, cost: false, tou: false }
const METER_READING = 'https://utility.example/espi/1_1/resource/Subscription/1/UsagePoint/1/MeterReading/1'

/** A feed of that many blocks of one reading each, all in one entry or each in its own. */
export function* generateSingles(count: number, blocksIn: 'one entry' | 'entries'): Generator<Buffer> {
  yield toBytes(feedHead() + usagePoint(1))
  if (blocksIn === 'one entry') yield* oneEntry(count)
  else
    for (let at = 0; at < count; at++) yield toBytes(entry(`${METER_READING}/IntervalBlock/${at}`, block(at)))
  yield toBytes('</feed>\n')
}

function* oneEntry(count: number): Generator<Buffer> {
  const [before = '', after = ''] = entry(`${METER_READING}/IntervalBlock`, '|').split('|')
  yield toBytes(before)
  for (let at = 0; at < count; at++) yield toBytes(block(at))
  yield toBytes(after)
}

function block(at: number): string {
  const start = START + at * QUARTER
  return `<espi:IntervalBlock><espi:interval><espi:duration>${QUARTER}</espi:duration><espi:start>${start}</espi:start></espi:interval>${reading(start, STYLE)}</espi:IntervalBlock>`
}

function toBytes(text: string): Buffer {
  return Buffer.from(styled(text, STYLE))
}
