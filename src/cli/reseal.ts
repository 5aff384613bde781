import { utilities } from '../../adapters/index.ts'
import { keepSecrets } from '../config/keep-secrets.ts'
import { type ConfigSource, readConfig } from '../config.ts'
import { newLogger } from '../shared/logger.ts'
import type { SealKeys } from '../shared/seal.ts'
import type { Database } from '../store/database.ts'
import { countByKey, type KeyCounts, reseal } from '../store/reseal.ts'
import { SEALED_COLUMNS, type SealedColumn } from '../store/sealed-columns.ts'
import { openData } from '../wire-up/backends.ts'
import type { CommandIo } from './io.ts'
import { newStopOrder } from './stop-order.ts'
import { untilStopped } from './until-stopped.ts'

const SAY_EVERY = 1000

/**
 * Seals everything again that an older key has sealed, beside running processes, and prints what each key has sealed then. Exit code 1 when
 * something is not sealed with the current key.
 */
export async function run(
  source: ConfigSource,
  { dryRun }: { dryRun: boolean },
  io: Pick<CommandIo, 'stdout' | 'stderr'> = process,
): Promise<number> {
  const order = newStopOrder()
  const stopped = untilStopped(order)
  const { config, secrets } = readConfig(utilities, source)
  // The summary alone goes to stdout.
  const log = newLogger(config.logLevel, { write: (line) => void io.stderr.write(line) })
  try {
    const data = await openData({ config, secrets, log, signal: stopped.signal, onDeath: stopped.fail })
    order.add('the database connections', data.close)
    const keys = keepSecrets(config, secrets).sealKeys.reveal()
    const { signal } = stopped
    for (const column of dryRun ? [] : SEALED_COLUMNS) {
      await reseal(data.database, column, keys, { signal, onSealed: (count) => say(count, column, io) })
    }
    return await summarize(data.database, keys, io)
  } finally {
    await order.stopAll()
  }
}

function say(count: number, column: SealedColumn, { stderr }: Pick<CommandIo, 'stderr'>): void {
  if (count % SAY_EVERY === 0) stderr.write(`${nameOf(column)}: ${count} sealed again\n`)
}

/** Prints a line for each column; 1 when anything is not sealed with the current key. */
async function summarize(
  database: Database,
  { current, keys }: SealKeys,
  { stdout }: Pick<CommandIo, 'stdout'>,
): Promise<number> {
  const seen = new Set<string>()
  for (const column of SEALED_COLUMNS) {
    const counts = await countByKey(database, column)
    for (const id of counts.keys()) seen.add(id)
    stdout.write(`${nameOf(column)}: ${toText(counts)}\n`)
  }
  const older = [...seen].filter((id) => id !== current)
  const missing = older.filter((id) => !keys.has(id))
  if (missing.length > 0)
    stdout.write(`SEAL_KEYS lacks ${missing.join(', ')}: what it sealed does not open.\n`)
  if (older.length === 0) stdout.write(`Everything is sealed with ${current}; other keys may be dropped.\n`)
  else stdout.write(`Still needed beside ${current}: ${older.join(', ')}.\n`)
  return older.length === 0 ? 0 : 1
}

function nameOf({ table, column }: SealedColumn): string {
  return `${table}.${column}`
}

function toText(counts: KeyCounts): string {
  return [...counts].map(([id, count]) => `${count} with ${id}`).join(', ') || 'nothing'
}
