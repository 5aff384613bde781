import { createWriteStream, existsSync, rmSync } from 'node:fs'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Measured, measureCommand } from '../../bench/command-line.ts'
import { generateFeed } from '../../bench/feeds.ts'
import { USUAL } from '../../bench/styles.ts'
import { afterThisFile } from '../support/clean-up.ts'
import { folderOf } from './gbcds.ts'

const MEGA = 1e6
/** Each reading is some 370 bytes of XML here, and some 10 of memory; the rest is what the garbage collector leaves lying. */
const BYTES_PER_READING = 50

const folder = folderOf({})
afterThisFile(() => rmSync(folder, { recursive: true }))

async function writeFeed(name: string, size: number): Promise<void> {
  const packing = name.endsWith('.gz') ? [createGzip({ level: 1 })] : []
  await pipeline([
    Readable.from(generateFeed(size, USUAL)),
    ...packing,
    createWriteStream(path.join(folder, name)),
  ])
}

function translate(name: string): Promise<Measured> {
  return measureCommand(['translate', path.join(folder, name), '--out', folder, '--force'])
}

// A process's own peak is what Linux tells; elsewhere that of the process which started it may hide it.
describe.skipIf(!existsSync('/proc/self/status'))('memory of bin/gbcds translate', () => {
  beforeAll(async () => {
    // What Node.js compiles in the first run is not the feed's.
    await writeFeed('first.xml', MEGA)
    await translate('first.xml')
  })

  it.each(['xml', 'xml.gz'])(
    'grows with the readings, not with the %s',
    async (kind) => {
      await writeFeed(`small.${kind}`, 40 * MEGA)
      await writeFeed(`large.${kind}`, 300 * MEGA)
      const small = await translate(`small.${kind}`)
      const large = await translate(`large.${kind}`)
      expect(large.readings - small.readings).toBeGreaterThan(700_000)
      const growth = (large.peakBytes - small.peakBytes) / (large.readings - small.readings)
      expect(growth).toBeLessThan(BYTES_PER_READING)
      expect(large.peakBytes).toBeLessThan(200 * MEGA)
    },
    120_000,
  )
})
