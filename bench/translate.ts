import { type FeedStyle, generateFeed } from './feeds.ts'
import { FAST_XML_PARSER, type Found, READERS } from './readers.ts'
import { printTable } from './table.ts'
import { measureWholeFiles } from './whole-files.ts'

const MEGA = 1e6
const ROUNDS = 3

const USUAL: FeedStyle = { pretty: true, prefixed: true, quality: true, cost: false, tou: false }
const STYLES: Record<string, FeedStyle & { size: number }> = {
  'pretty, prefixed, quality': { ...USUAL, size: 100 * MEGA },
  'pretty, quality': { ...USUAL, prefixed: false, size: 25 * MEGA },
  'compact, prefixed, quality, cost': { ...USUAL, pretty: false, cost: true, size: 25 * MEGA },
  'compact, quality, cost, time of use': {
    ...USUAL,
    pretty: false,
    prefixed: false,
    cost: true,
    tou: true,
    size: 25 * MEGA,
  },
}

/**
 * Prints how fast a feed becomes CDS JSON, bytes in to bytes out, beside other readers' parsing alone of the same bytes in
 * the same run: the best of several rounds each, taken in turn. All must find the same sum.
 */
export async function run(): Promise<void> {
  for (const [name, style] of Object.entries(STYLES)) await compare(name, style)
  await measureWholeFiles()
}

async function compare(name: string, style: FeedStyle & { size: number }): Promise<void> {
  const bytes = Buffer.concat([...generateFeed(style.size, style)])
  const { readings } = await agreed(bytes)
  const best = new Map<string, number>()
  for (let round = 0; round < ROUNDS; round++) {
    for (const reader of READERS) {
      const time = await seconds(() => reader.work(bytes))
      best.set(reader.name, Math.min(best.get(reader.name) ?? time, time))
    }
  }
  const reference = best.get(FAST_XML_PARSER) ?? Number.NaN
  console.log(`${name}: ${(bytes.length / MEGA).toFixed(0)} MB, ${readings} readings; all sums agree`)
  printTable(
    ['', 'MB/s', '× fast-xml-parser'],
    [...best].map(([reader, time]) => [
      reader,
      (bytes.length / MEGA / time).toFixed(1),
      (reference / time).toFixed(1),
    ]),
  )
  console.log('')
}

/** What all readers find in the same bytes. */
async function agreed(bytes: Buffer): Promise<Found> {
  const all: { name: string; found: Found }[] = []
  for (const { name, find } of READERS) all.push({ name, found: await find(bytes) })
  const [first, ...others] = all
  if (!first || first.found.readings === 0) throw new Error('nothing was read')
  for (const { name, found } of others) {
    if (found.readings !== first.found.readings || found.sum !== first.found.sum) {
      throw new Error(
        `${name}: ${found.readings} readings, sum ${found.sum}; ${first.name}: ${first.found.sum}`,
      )
    }
  }
  return first.found
}

async function seconds(work: () => unknown): Promise<number> {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}

if (import.meta.main) await run()
