import { createWriteStream, mkdirSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Measured, measureCommand } from './command-line.ts'
import { generateFeed } from './feeds.ts'
import { generateSingles } from './single-readings.ts'
import { printTable } from './table.ts'

const MEGA = 1e6
const FILES = 10_000
/** Bytes: more than a feed has before its first block, and less than one block. */
const DAY = 5000
const BLOCKS = 400_000
const ENTRIES = 1_000_000

/** Feeds in many pieces: small files, blocks of one reading, entries of one reading. Prints rate and memory. */
export async function measurePieces(folder: string): Promise<void> {
  const rows = [
    ...(await smallFiles(folder)),
    await single(folder, BLOCKS, 'one entry'),
    await single(folder, ENTRIES, 'entries'),
  ]
  console.log('\nbin/gbcds translate of feeds in many pieces, from start to end')
  printTable(['', 'MB', 'MB/s', 'a piece', 'peak'], rows)
}

/** A day of quarter-hours of one usage point, some 20 kB, over and over. */
async function smallFiles(folder: string): Promise<string[][]> {
  const day = Buffer.concat([
    ...generateFeed(DAY, { pretty: false, prefixed: true, quality: false, cost: false, tou: false }),
  ])
  const small = path.join(folder, 'small')
  mkdirSync(small)
  for (let at = 0; at < FILES; at++) writeFileSync(path.join(small, `${at}.xml`), day)
  const pattern = path.join(small, '*.xml')
  const [bytes, out] = [day.length * FILES, path.join(folder, 'small-out')]
  return [
    row(
      `${FILES} files, a file each`,
      FILES,
      bytes,
      await measureCommand(['translate', pattern, '--out', out]),
    ),
    row(`${FILES} files, one document`, FILES, bytes, await measureCommand(['translate', pattern])),
  ]
}

async function single(folder: string, count: number, blocksIn: 'one entry' | 'entries'): Promise<string[]> {
  const file = path.join(folder, 'singles.xml')
  await pipeline(Readable.from(generateSingles(count, blocksIn)), createWriteStream(file))
  const name = `${count} ${blocksIn === 'entries' ? 'entries' : 'blocks'} of one reading`
  return row(name, count, statSync(file).size, await measureCommand(['translate', file]))
}

function row(name: string, pieces: number, bytes: number, { seconds, peakBytes }: Measured): string[] {
  return [
    name,
    (bytes / MEGA).toFixed(0),
    (bytes / MEGA / seconds).toFixed(1),
    `${((seconds / pieces) * 1e6).toFixed(1)} µs`,
    `${(peakBytes / MEGA).toFixed(0)} MB`,
  ]
}
