import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { text } from 'node:stream/consumers'

const GBCDS = path.join(import.meta.dirname, '../bin/gbcds')
const PEAK = path.join(import.meta.dirname, 'peak.mjs')

export interface Measured {
  seconds: number
  /** Most memory that the process held, Node.js included. */
  peakBytes: number
  readings: number
}

/** Runs `bin/gbcds` as people do, and measures it from start to end. */
export function measureCommand(args: readonly string[]): Promise<Measured> {
  return measureProcess(GBCDS, args)
}

/** Runs a program of Node.js, and measures it from start to end. */
export async function measureProcess(program: string, args: readonly string[]): Promise<Measured> {
  const env = { ...process.env, NODE_OPTIONS: `--import=${PEAK}` }
  const started = performance.now()
  const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'pipe'] })
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'close')])
  const seconds = (performance.now() - started) / 1000
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${said.slice(-1000)}`)
  const peaks = [...said.matchAll(/^peak (\d+) bytes$/gm)].map(([, bytes]) => Number(bytes))
  const readings = Number(/ (\d+) readings/.exec(said)?.[1] ?? 0)
  return { seconds, peakBytes: Math.max(...peaks), readings }
}
