import { XMLParser } from 'fast-xml-parser'
import { readFeed } from '../src/espi/read-feed.ts'
import { keyedIds } from '../src/shared/ids.ts'
import { startTranslation } from '../src/translate/translate-feed.ts'
import { type FeedStyle, generateFeed, inChunks } from './feeds.ts'

const MEGA = 1e6
const SIZE = 25 * MEGA
const RUNS = 3

const STYLES: Record<string, FeedStyle> = {
  'pretty, quality': { pretty: true, quality: true, cost: false },
  'compact, quality, cost': { pretty: false, quality: true, cost: true },
}

/**
 * Prints how fast a feed becomes CDS JSON, bytes in to text out, beside fast-xml-parser's parse alone of the same bytes in
 * the same run: the best of several rounds each, taken in turn.
 */
export async function run(): Promise<void> {
  for (const [name, style] of Object.entries(STYLES)) {
    const bytes = Buffer.concat([...generateFeed(SIZE, style)])
    let [ours, peer] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
    for (let round = 0; round < RUNS; round++) {
      ours = Math.min(ours, await seconds(() => translate(bytes)))
      peer = Math.min(peer, await seconds(async () => parseOnly(bytes)))
    }
    const rate = (time: number): string => (bytes.length / MEGA / time).toFixed(1)
    console.log(`${name} (${(bytes.length / MEGA).toFixed(0)} MB)`)
    console.log(`  gbcds, bytes in to CDS JSON out    ${rate(ours).padStart(7)} MB/s`)
    console.log(`  fast-xml-parser, parse alone       ${rate(peer).padStart(7)} MB/s`)
    console.log(`  ratio                              ${(peer / ours).toFixed(1).padStart(7)} ×`)
  }
}

/** Length of the text, so that nothing can be optimised away. */
async function translate(bytes: Uint8Array): Promise<number> {
  const feed = await readFeed(inChunks(bytes))
  const translation = startTranslation(feed, {
    identify: keyedIds(new Uint8Array(32), 'bench'),
    authorizationKey: 'bench',
    timezone: 'America/New_York',
    entity: null,
  })
  let length = 0
  for (const segment of translation.usageSegments()) length += JSON.stringify(segment).length
  return length
}

function parseOnly(bytes: Buffer): number {
  const parser = new XMLParser({ ignoreAttributes: false, removeNSPrefix: true })
  return Object.keys(parser.parse(bytes)).length
}

async function seconds(work: () => Promise<number>): Promise<number> {
  const start = performance.now()
  const result = await work()
  if (result === 0) throw new Error('nothing came out')
  return (performance.now() - start) / 1000
}

if (import.meta.main) await run()
