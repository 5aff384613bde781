import path from 'node:path'
import { utilities } from '../../adapters/index.ts'
import { type ConfigSource, readConfig } from '../config.ts'
import { systemClock } from '../shared/clock.ts'
import { codeOf } from '../shared/code-of.ts'
import { GatewayError } from '../shared/errors.ts'
import { openDatabase, openPool, type PostgresAddress } from '../store/database.ts'
import { runningServerIn } from '../store/embedded/running-server.ts'
import { paceStore } from '../store/pace.ts'
import { readSyncStatus, type SyncStatus, type UtilityStatus } from '../store/sync-status.ts'
import { toStartError } from '../wire-up/backends.ts'
import type { CommandIo } from './io.ts'

export interface StatusOptions {
  json: boolean
  /** How many notes to print. */
  notes: number
  /** A paused utility to ask again at once. */
  resume: string | undefined
}

const NO_SUCH_TABLE = '42P01'
const NEVER_STARTED = 'No gateway was started on this database yet.'

/** There is nothing to ask for a status. */
class NotRunningError extends GatewayError {
  readonly permanent = true
}

/**
 * Prints how syncing stands, from the database of a running installation. With `resume` it first lifts the pause of a utility; its workers go on within
 * seconds. Exit code 1: that utility was not paused.
 */
export async function run(
  source: ConfigSource,
  { json, notes, resume }: StatusOptions,
  { stdout }: Pick<CommandIo, 'stdout'> = process,
): Promise<number> {
  const { config, secrets } = readConfig(utilities, source)
  const address: PostgresAddress = secrets.databaseUrl
    ? { connectionString: secrets.databaseUrl.reveal() }
    : embeddedAddress(path.resolve(config.dataDir))
  const pool = openPool(address, 2, { onLost: () => {} })
  const database = openDatabase(pool, { prepares: config.databasePrepare })
  try {
    const at = systemClock.now()
    const lifted = resume === undefined ? undefined : await paceStore(database).liftPause(resume, at)
    const status = await readSyncStatus(database, at, notes)
    if (json) stdout.write(`${JSON.stringify(status, null, 2)}\n`)
    else stdout.write(`${toText(status)}\n`)
    if (lifted === false && !json) stdout.write(`${resume} was not paused.\n`)
    return lifted === false ? 1 : 0
  } catch (error) {
    throw codeOf(error) === NO_SUCH_TABLE ? new NotRunningError(NEVER_STARTED) : toStartError(error)
  } finally {
    await database.destroy()
  }
}

function embeddedAddress(dataDir: string): PostgresAddress {
  const address = runningServerIn(dataDir)
  if (address) return address
  throw new NotRunningError(
    `No gateway runs on ${dataDir}. Set DATABASE_URL, or name the data folder of the running one with --data DIR.`,
  )
}

function toText({ utilities: rows, notes }: SyncStatus): string {
  const lines = rows.map(toLine)
  if (lines.length === 0) lines.push('Nothing was synced yet.')
  if (notes.length > 0) lines.push('', 'Notes, the newest first:')
  for (const { at, utilityId, detail } of notes) lines.push(`${at.toISOString()}  ${utilityId}  ${detail}`)
  return lines.join('\n')
}

function toLine(status: UtilityStatus): string {
  const { running, retrying, overdue, oldest, signInNeeded, pausedUntil, pauseReason, lastRound } = status
  const facts = [
    `${running} runs${oldest ? `, the oldest since ${oldest.toISOString()}` : ''}`,
    retrying > 0 ? `${retrying} wait for another try` : undefined,
    overdue > 0 ? `${overdue} overdue` : undefined,
    signInNeeded > 0 ? `${signInNeeded} authorizations need a new sign-in` : undefined,
    `daily round of ${lastRound ?? 'no day yet'}`,
    pausedUntil ? `PAUSED until ${pausedUntil.toISOString()} (${pauseReason})` : undefined,
  ]
  return `${status.utilityId}: ${facts.filter((fact) => fact !== undefined).join('; ')}`
}
