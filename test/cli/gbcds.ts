import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { afterThisFile } from '../support/clean-up.ts'

const MAIN = path.join(import.meta.dirname, '../../src/main.ts')

export interface Ended {
  code: number
  out: string
  err: string
}

/** Runs the real command line in a folder of its own. */
export async function gbcds(args: string[], { cwd = '.', stdin = Buffer.alloc(0) } = {}): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd })
  child.stdin.end(stdin)
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code, out, err }
}

/** A folder with these files. */
export function folderOf(files: Record<string, string | Uint8Array>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'gbcds-'))
  afterThisFile(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content)
  return folder
}
