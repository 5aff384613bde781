import { createWriteStream } from 'node:fs'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Measured, measureCommand, measureProcess } from './command-line.ts'
import { generateFeed } from './feeds.ts'
import { STYLES } from './styles.ts'
import { printTable } from './table.ts'

const MEGA = 1e6
const SIZE = 100 * MEGA
const PARSE = path.join(import.meta.dirname, 'parse-file.ts')

/** 100 MB of each style from start to end of a process, beside a process that only parses the same file. Prints rate and memory. */
export async function measureColdProcesses(folder: string): Promise<void> {
  const file = path.join(folder, 'cold.xml')
  const args = ['translate', file, '--out', path.join(folder, 'cold'), '--force']
  const rows: string[][] = []
  for (const [name, style] of Object.entries(STYLES)) {
    await pipeline(Readable.from(generateFeed(SIZE, style)), createWriteStream(file))
    const ours = await measureCommand(args)
    const parser = await measureProcess(process.execPath, [PARSE, file])
    rows.push([name, ...cells(ours), ...cells(parser), `${(parser.seconds / ours.seconds).toFixed(1)} ×`])
  }
  console.log(
    'bin/gbcds translate on 100 MB from start to end, beside a process with fast-xml-parser, parse alone',
  )
  printTable(['', 'gbcds', 'peak', 'fast-xml-parser', 'peak', ''], rows)
  console.log('')
}

function cells({ seconds, peakBytes }: Measured): string[] {
  return [`${(SIZE / MEGA / seconds).toFixed(1)} MB/s`, `${(peakBytes / MEGA).toFixed(0)} MB`]
}
