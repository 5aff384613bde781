import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { measureColdProcesses } from './cold-processes.ts'
import type { Measured } from './one-reader.ts'
import { measurePieces } from './pieces.ts'
import { FAST_XML_PARSER, READERS } from './readers.ts'
import { STYLES } from './styles.ts'
import { printTable } from './table.ts'
import { measureWholeFiles } from './whole-files.ts'

const MEGA = 1e6

/**
 * Prints how fast a feed becomes CDS JSON, bytes in to bytes out, beside other readers' parsing alone of the same bytes in
 * the same run, each in a process of its own. All must find the same sum.
 */
async function run(): Promise<void> {
  for (const style of Object.keys(STYLES)) compare(style)
  const folder = mkdtempSync(path.join(tmpdir(), 'gbcds-bench-'))
  // Ended early, gigabytes go too.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  process.once('SIGINT', () => process.exit(130))
  process.once('SIGTERM', () => process.exit(143))
  await measureColdProcesses(folder)
  await measureWholeFiles(folder)
  await measurePieces(folder)
}

function compare(style: string): void {
  const all = new Map(READERS.map(({ name }) => [name, measured(style, name)]))
  const { bytes, readings } = agreed(all)
  const reference = all.get(FAST_XML_PARSER)?.seconds ?? Number.NaN
  console.log(`${style}: ${(bytes / MEGA).toFixed(0)} MB, ${readings} readings; all sums agree`)
  printTable(
    ['', 'MB/s', '× fast-xml-parser'],
    [...all].map(([reader, { seconds }]) => [
      reader,
      (bytes / MEGA / seconds).toFixed(1),
      (reference / seconds).toFixed(1),
    ]),
  )
  console.log('')
}

function measured(style: string, reader: string): Measured {
  const script = path.join(import.meta.dirname, 'one-reader.ts')
  return JSON.parse(execFileSync(process.execPath, [script, style, reader], { encoding: 'utf8' }))
}

/** What all readers find in the same bytes. */
function agreed(all: ReadonlyMap<string, Measured>): Measured {
  const [[known, first] = [], ...others] = all
  if (!first || first.readings === 0) throw new Error('nothing was read')
  for (const [name, { readings, sum }] of others) {
    if (readings !== first.readings || sum !== first.sum) {
      throw new Error(`${name}: ${readings} readings, sum ${sum}; ${known}: ${first.sum}`)
    }
  }
  return first
}

await run()
