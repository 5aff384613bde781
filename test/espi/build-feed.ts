import type { EspiFeed } from '../../src/espi/model.ts'
import { type ReadFeedOptions, readFeed } from '../../src/espi/read-feed.ts'

/** Bytes in one or several chunks, as a stream gives them. */
export async function* chunksOf(bytes: Uint8Array, size = bytes.length): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += Math.max(size, 1)) yield bytes.subarray(at, at + size)
}

export function read(text: string | Uint8Array, options?: ReadFeedOptions, size?: number): Promise<EspiFeed> {
  return readFeed(chunksOf(typeof text === 'string' ? Buffer.from(text) : text, size), options)
}

export interface TestReading {
  start: number
  duration?: number
  value: number | bigint | string
  cost?: number
  quality?: number
  tou?: number
  tier?: number
}

export interface TestStream {
  type?: Record<string, number>
  /** Each array is one IntervalBlock entry. */
  blocks: TestReading[][]
  /** atom:updated of each block entry. */
  updated?: string[]
}

export const hourly = {
  accumulationBehaviour: 4,
  commodity: 1,
  flowDirection: 1,
  intervalLength: 3600,
  uom: 72,
}

/** The entries of one usage point, in the usual order. */
export function entriesOf(streams: TestStream[], kind = 0): string[] {
  const point = entry(
    '/UsagePoint/1',
    `<UsagePoint><ServiceCategory><kind>${kind}</kind></ServiceCategory></UsagePoint>`,
  )
  return [point, ...streams.flatMap((stream, index) => streamEntries(stream, index + 1))]
}

export function feedOf(entries: string[]): string {
  return `<feed xmlns="http://www.w3.org/2005/Atom">${entries.join('')}</feed>`
}

export function feed(streams: TestStream[], kind = 0): Promise<EspiFeed> {
  return read(feedOf(entriesOf(streams, kind)))
}

function streamEntries({ type = hourly, blocks, updated = [] }: TestStream, number: number): string[] {
  const self = `/UsagePoint/1/MeterReading/${number}`
  const codes = Object.entries(type).map(([name, code]) => `<${name}>${code}</${name}>`)
  return [
    entry(self, '<MeterReading/>', `<link rel="related" href="/ReadingType/${number}"/>`),
    entry(`/ReadingType/${number}`, `<ReadingType>${codes.join('')}</ReadingType>`),
    ...blocks.map((readings, at) =>
      entry(
        `${self}/IntervalBlock/${at}`,
        `<IntervalBlock>${readings.map(reading).join('')}</IntervalBlock>`,
        '',
        updated[at],
      ),
    ),
  ]
}

function reading({ start, duration = 3600, value, cost, quality, tou, tier }: TestReading): string {
  const optional = (name: string, code: number | undefined): string =>
    code === undefined ? '' : `<${name}>${code}</${name}>`
  return `<IntervalReading>${optional('cost', cost)}${
    quality === undefined ? '' : `<ReadingQuality><quality>${quality}</quality></ReadingQuality>`
  }<timePeriod><duration>${duration}</duration><start>${start}</start></timePeriod><value>${value}</value>${optional('consumptionTier', tier)}${optional('tou', tou)}</IntervalReading>`
}

export function entry(self: string, payload: string, links = '', updated = '2026-01-01T00:00:00Z'): string {
  const content = payload.replace(/^<(\w+)/, '<$1 xmlns="http://naesb.org/espi"')
  return `<entry><link rel="self" href="${self}"/>${links}<content>${content}</content><updated>${updated}</updated></entry>`
}
