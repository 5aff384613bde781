import { execFileSync } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type FeedStyle, generateFeed, inChunks } from './feeds.ts'
import { type Found, fastXmlParser, read, saxes, sumOfTranslated, sumOfTree, translate } from './readers.ts'

const MEGA = 1e6
const ROUNDS = 3
const LARGE = [100 * MEGA, 1000 * MEGA]

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
 * Prints how fast a feed becomes CDS JSON, bytes in to bytes out, beside parsers' work alone on the same bytes in the same
 * run: the best of several rounds each, taken in turn. All must find the same sum.
 */
export async function run(): Promise<void> {
  for (const [name, style] of Object.entries(STYLES)) await compare(name, style)
  await measureLarge()
}

async function compare(name: string, style: FeedStyle & { size: number }): Promise<void> {
  const bytes = Buffer.concat([...generateFeed(style.size, style)])
  const readers: Record<string, () => unknown> = {
    'gbcds, bytes in to CDS JSON out': () => translate(inChunks(bytes)),
    'gbcds, reading alone': () => read(bytes),
    'gbcds, reading without layouts': () => read(bytes, { fast: false }),
    'saxes, parse and sum': () => saxes(bytes),
    'fast-xml-parser, parse alone': () => fastXmlParser(bytes),
  }
  const { readings } = agreed([
    await sumOfTranslated(bytes),
    await read(bytes),
    await read(bytes, { fast: false }),
    saxes(bytes),
    sumOfTree(fastXmlParser(bytes)),
  ])
  const best = new Map<string, number>()
  for (let round = 0; round < ROUNDS; round++) {
    for (const [reader, work] of Object.entries(readers)) {
      best.set(reader, Math.min(best.get(reader) ?? Number.POSITIVE_INFINITY, await seconds(work)))
    }
  }
  console.log(`${name} (${(bytes.length / MEGA).toFixed(0)} MB, ${readings} readings, all sums agree)`)
  const slowest = Math.max(...best.values())
  for (const [reader, time] of best) {
    const rate = (bytes.length / MEGA / time).toFixed(1).padStart(8)
    console.log(`  ${reader.padEnd(34)}${rate} MB/s ${(slowest / time).toFixed(1).padStart(6)} ×`)
  }
}

function agreed(all: readonly [Found, ...Found[]]): Found {
  const [first, ...others] = all
  if (
    first.readings === 0 ||
    others.some(({ readings, sum }) => readings !== first.readings || sum !== first.sum)
  ) {
    throw new Error('the readers do not find the same sum')
  }
  return first
}

async function seconds(work: () => unknown): Promise<number> {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}

/** Files of growing size, each in a process of its own with a small young generation. */
async function measureLarge(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'gbcds-bench-'))
  try {
    console.log('a file translated in a process of its own, peak memory with Node.js itself')
    for (const size of LARGE) {
      const file = path.join(folder, 'feed.xml')
      await pipeline(Readable.from(generateFeed(size, USUAL)), createWriteStream(file))
      const child = path.join(import.meta.dirname, 'large-feed.ts')
      console.log(
        `  ${execFileSync(process.execPath, ['--max-semi-space-size=2', child, file]).toString().trim()}`,
      )
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

if (import.meta.main) await run()
