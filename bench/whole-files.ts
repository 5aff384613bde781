import { createWriteStream } from 'node:fs'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { type Measured, measureCommand } from './command-line.ts'
import { generateFeed } from './feeds.ts'
import { USUAL } from './styles.ts'
import { printTable } from './table.ts'

const MEGA = 1e6
const WARM_UP = MEGA
const SMALL = 100 * MEGA
const LARGE = 1000 * MEGA
const KINDS = [
  { name: 'XML to json', file: 'feed.xml', format: 'json' },
  { name: 'gzip to json', file: 'feed.xml.gz', format: 'json' },
  { name: 'XML to ndjson', file: 'feed.xml', format: 'ndjson' },
  { name: 'XML to csv', file: 'feed.xml', format: 'csv' },
] as const

/** Translates files on the command line, each in a process of its own, and prints rate and memory. */
export async function measureWholeFiles(folder: string): Promise<void> {
  await translateAll(folder, WARM_UP)
  const small = await translateAll(folder, SMALL)
  const large = await translateAll(folder, LARGE)
  console.log('bin/gbcds translate FILE --out FOLDER, from start to end; peak memory with Node.js itself')
  const rows = KINDS.map(({ name }, at) => rowOf(name, small[at], large[at]))
  printTable(['', '100 MB', 'peak', '1 GB', 'peak', 'growth a reading'], rows)
}

async function translateAll(folder: string, size: number): Promise<Measured[]> {
  await writeFeed(path.join(folder, 'feed.xml'), size)
  const all: Measured[] = []
  for (const { file, format } of KINDS) {
    const args = ['--format', format, '--out', path.join(folder, 'out'), '--force']
    all.push(await measureCommand(['translate', path.join(folder, file), ...args]))
  }
  return all
}

/** The feed, and the same packed beside it. */
async function writeFeed(file: string, size: number): Promise<void> {
  await pipeline(Readable.from(generateFeed(size, USUAL)), createWriteStream(file))
  await pipeline(
    Readable.from(generateFeed(size, USUAL)),
    createGzip({ level: 1 }),
    createWriteStream(`${file}.gz`),
  )
}

function rowOf(name: string, small: Measured | undefined, large: Measured | undefined): string[] {
  if (!small || !large) return [name]
  const growth = (large.peakBytes - small.peakBytes) / (large.readings - small.readings)
  return [name, ...cells(SMALL, small), ...cells(LARGE, large), `${growth.toFixed(1)} bytes`]
}

function cells(size: number, { seconds, peakBytes }: Measured): string[] {
  return [`${(size / MEGA / seconds).toFixed(0)} MB/s`, `${(peakBytes / MEGA).toFixed(0)} MB`]
}
