import { XMLParser } from 'fast-xml-parser'
import { SaxesParser } from 'saxes'
import { type ReadFeedOptions, readFeed } from '../src/espi/read-feed.ts'
import { keyedIds } from '../src/shared/ids.ts'
import { startTranslation } from '../src/translate/translate-feed.ts'
import { inChunks } from './feeds.ts'

/** What a reader found: every one must find the same, or it did not do the same work. */
export interface Found {
  readings: number
  sum: bigint
}

/** Bytes in, the bytes of all usage segments as CDS JSON out. */
export async function translate(
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ bytes: number; readings: number }> {
  const feed = await readFeed(chunks)
  const translation = startTranslation(feed, {
    identify: keyedIds(new Uint8Array(32), 'bench'),
    authorizationKey: 'bench',
    timezone: 'America/New_York',
    entity: null,
  })
  let bytes = 0
  for (const text of translation.usageSegmentTexts({})) bytes += Buffer.from(text).length
  return { bytes, readings: feed.readings.length }
}

/** What translate() read and wrote: the sum is that of the watt-hours in its text. */
export async function sumOfTranslated(bytes: Uint8Array): Promise<Found> {
  const feed = await readFeed(inChunks(bytes))
  const translation = startTranslation(feed, {
    identify: keyedIds(new Uint8Array(32), 'bench'),
    authorizationKey: 'bench',
    timezone: 'America/New_York',
    entity: null,
  })
  const found = { readings: 0, sum: 0n }
  for (const text of translation.usageSegmentTexts({})) {
    for (const [, whole = '', thousandths = ''] of text.matchAll(/"eu":(\d+)\.(\d{3})\b/g)) {
      found.readings++
      found.sum += BigInt(whole + thousandths)
    }
  }
  return found
}

/** Our reader alone; `fast: false` leaves every reading to the conforming parser. */
export async function read(bytes: Uint8Array, options: ReadFeedOptions = {}): Promise<Found> {
  const { readings } = await readFeed(inChunks(bytes), options)
  let sum = 0n
  for (let row = 0; row < readings.length; row++) sum += readings.value(row)
  return { readings: readings.length, sum }
}

/** saxes, with the least a handler can do: the text of every `value`. */
export function saxes(bytes: Buffer): Found {
  const found = { readings: 0, sum: 0n }
  const parser = new SaxesParser({ xmlns: false })
  let isValue = false
  parser.on('opentag', ({ name }) => {
    isValue = name.endsWith('value')
  })
  parser.on('closetag', () => {
    isValue = false
  })
  parser.on('text', (text) => {
    if (!isValue) return
    found.readings++
    found.sum += BigInt(text)
  })
  for (let at = 0; at < bytes.length; at += 65_536)
    parser.write(bytes.toString('latin1', at, Math.min(at + 65_536, bytes.length)))
  parser.close()
  return found
}

/** fast-xml-parser, parse alone. */
export function fastXmlParser(bytes: Buffer): unknown {
  return new XMLParser({ ignoreAttributes: false, removeNSPrefix: true }).parse(bytes)
}

/** The values in a tree that fast-xml-parser made. */
export function sumOfTree(tree: unknown): Found {
  const found = { readings: 0, sum: 0n }
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    for (const [name, child] of Object.entries(node)) {
      if (name === 'value') {
        found.readings++
        found.sum += BigInt(String(child))
      } else visit(child)
    }
  }
  visit(tree)
  return found
}
