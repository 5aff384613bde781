import { readFileSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { createFile } from '../../shared/create-file.ts'
import { DataFolderInUseError } from './errors.ts'
import { processStart } from './processes.ts'

const Owner = z.object({ pid: z.int(), start: z.string(), since: z.string() })
type Owner = z.infer<typeof Owner>

/**
 * Takes the data folder for this process, or throws who has it. A lock whose process is gone (killed, power lost) or
 * whose process id now belongs to something else is taken over. Gives the function that releases it.
 */
export function lockFolder(dataDir: string, now: Date): () => void {
  const file = path.join(dataDir, 'gbcds.lock')
  const mine = JSON.stringify({
    pid: process.pid,
    start: processStart(process.pid) ?? '',
    since: now.toISOString(),
  })
  for (let attempt = 0; attempt < 5; attempt++) {
    if (createFile(file, mine)) return () => releaseLock(file, mine)
    const text = readOr(file)
    const owner = parseOwner(text)
    if (owner && processStart(owner.pid) === owner.start) throw inUse(dataDir, owner)
    if (text !== undefined) removeStale(file, text)
  }
  throw new DataFolderInUseError(`The data folder ${dataDir} is being taken by another process: try again.`)
}

/** Moves a stale lock aside. When another process was quicker, the moved one is its new lock: it goes back. */
function removeStale(file: string, stale: string): void {
  const aside = `${file}.stale.${process.pid}`
  try {
    renameSync(file, aside)
  } catch {
    return
  }
  const moved = readOr(aside)
  if (moved !== undefined && moved !== stale) createFile(file, moved)
  rmSync(aside, { force: true })
}

function releaseLock(file: string, mine: string): void {
  if (readOr(file) === mine) rmSync(file, { force: true })
}

function inUse(dataDir: string, owner: Owner): DataFolderInUseError {
  return new DataFolderInUseError(
    `The data folder ${dataDir} is in use by process ${owner.pid}, running since ${owner.since}. ` +
      'Stop that process, or give this one a folder of its own with --data DIR.',
  )
}

function parseOwner(text: string | undefined): Owner | undefined {
  try {
    return Owner.safeParse(JSON.parse(text ?? '')).data
  } catch {
    return undefined
  }
}

function readOr(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
