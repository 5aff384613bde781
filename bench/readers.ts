import { type ReadFeedOptions, readFeed } from '../src/espi/read-feed.ts'
import { keyedIds } from '../src/shared/ids.ts'
import { startTranslation } from '../src/translate/translate-feed.ts'
import { inChunks } from './feeds.ts'
import type { Found } from './found.ts'
import { fastXmlParser, greenButtonParser, saxes, sumOfTree } from './other-readers.ts'

export interface Reader {
  name: string
  /** What is timed. */
  work(bytes: Buffer): unknown
  /** The same, with the sum of what it found. */
  find(bytes: Buffer): Found | Promise<Found>
}

export const FAST_XML_PARSER = 'fast-xml-parser, parse alone'

export const READERS: readonly Reader[] = [
  { name: 'gbcds, bytes in to CDS JSON out', work: translate, find: sumOfTranslated },
  { name: 'gbcds, reading alone', work: (bytes) => read(bytes), find: (bytes) => read(bytes) },
  { name: 'gbcds, reading without layouts', work: readConforming, find: readConforming },
  { name: 'saxes, parse and sum', work: saxes, find: saxes },
  { name: FAST_XML_PARSER, work: fastXmlParser, find: (bytes) => sumOfTree(fastXmlParser(bytes)) },
  {
    name: 'green-button-parser, parse alone',
    work: greenButtonParser,
    find: async (bytes) => sumOfTree(await greenButtonParser(bytes)),
  },
]

/** The texts of all usage segments. */
async function textsOf(bytes: Buffer): Promise<Iterable<string>> {
  const translation = startTranslation(await readFeed(inChunks(bytes)), {
    identify: keyedIds(new Uint8Array(32), 'bench'),
    authorizationKey: 'bench',
    timezone: 'America/New_York',
    entity: null,
  })
  return translation.usageSegmentTexts({})
}

/** Bytes in, the bytes of all usage segments as CDS JSON out. */
async function translate(bytes: Buffer): Promise<number> {
  let written = 0
  for (const text of await textsOf(bytes)) written += Buffer.from(text).length
  return written
}

/** The watt-hours in the text that was written. */
async function sumOfTranslated(bytes: Buffer): Promise<Found> {
  const found = { readings: 0, sum: 0n }
  for (const text of await textsOf(bytes)) {
    for (const [, whole = '', thousandths = ''] of text.matchAll(/"eu":(\d+)\.(\d{3})\b/g)) {
      found.readings++
      found.sum += BigInt(whole + thousandths)
    }
  }
  return found
}

/** Our reader alone. */
async function read(bytes: Buffer, options: ReadFeedOptions = {}): Promise<Found> {
  const { readings } = await readFeed(inChunks(bytes), options)
  let sum = 0n
  for (let row = 0; row < readings.length; row++) sum += readings.value(row)
  return { readings: readings.length, sum }
}

/** Every reading goes through the conforming parser. */
function readConforming(bytes: Buffer): Promise<Found> {
  return read(bytes, { fast: false })
}
