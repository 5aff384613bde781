import { sql } from 'kysely'
import { ENVELOPE_HEAD_BYTES, keyIdOf, type SealKeys, seal, unseal } from '../shared/seal.ts'
import type { Database } from './database.ts'
import type { SealedColumn } from './sealed-columns.ts'

/** How many envelopes of a column each key has sealed, by key id. */
export type KeyCounts = ReadonlyMap<string, number>

/** A row's key values and the beginning of its envelope. */
interface Head {
  key: readonly unknown[]
  keyId: string
}

const PAGE = 500

/** Counts the envelopes of a column by key. */
export async function countByKey(database: Database, column: SealedColumn): Promise<KeyCounts> {
  const counts = new Map<string, number>()
  for await (const { keyId } of listHeads(database, column)) counts.set(keyId, (counts.get(keyId) ?? 0) + 1)
  return counts
}

export interface ResealOptions {
  /** Told after each row, with how many rows of the column were sealed again so far. */
  onSealed(count: number): void
  /** Ends the work between two batches. */
  signal: AbortSignal
}

/** Rows at once: envelopes of raw feeds hold up to a megabyte. */
const BATCH = 8

/**
 * Seals the envelopes of a column again that another key than the current one has sealed. A row that a running process changes meanwhile
 * stays as that process wrote it. What no key of ours opens stays too. Run again, it goes on where it was ended.
 */
export async function reseal(
  database: Database,
  column: SealedColumn,
  keys: SealKeys,
  { onSealed, signal }: ResealOptions,
): Promise<void> {
  let count = 0
  let batch: Head[] = []
  const flush = async (): Promise<void> => {
    signal.throwIfAborted()
    const sealing = batch.map(async ({ key }) => {
      if (await resealRow(database, column, { key, keys })) onSealed(++count)
    })
    batch = []
    await Promise.all(sealing)
  }
  for await (const head of listHeads(database, column)) {
    if (head.keyId === keys.current || !keys.keys.has(head.keyId)) continue
    if (batch.push(head) === BATCH) await flush()
  }
  await flush()
}

async function resealRow(
  database: Database,
  { table, key: names, column, purpose }: SealedColumn,
  { key, keys }: { key: readonly unknown[]; keys: SealKeys },
): Promise<boolean> {
  const name = sql.ref(column)
  const isRow = sql`(${sql.join(names.map(sql.ref))}) = (${sql.join(key)})`
  const found = await sql<{ sealed: Buffer | null }>`
    select ${name} as sealed from ${sql.table(table)} where ${isRow}`.execute(database)
  const old = found.rows[0]?.sealed
  if (!old) return false
  const fresh = seal(unseal(old, purpose(key), keys), purpose(key), keys)
  const changed = await sql`
    update ${sql.table(table)} set ${name} = ${fresh} where ${isRow} and ${name} = ${old}`.execute(database)
  return changed.numAffectedRows === 1n
}

/** Every row of a column that holds an envelope, in the order of the primary key. */
async function* listHeads(
  database: Database,
  { table, key: names, column }: SealedColumn,
): AsyncGenerator<Head> {
  const key = sql.join(names.map(sql.ref))
  const name = sql.ref(column)
  let after: readonly unknown[] | undefined
  do {
    const beyond = after ? sql`and (${key}) > (${sql.join(after)})` : sql``
    const { rows } = await sql<Record<string, unknown> & { head: Buffer }>`
      select ${key}, substring(${name} from 1 for ${sql.lit(ENVELOPE_HEAD_BYTES)}) as head
        from ${sql.table(table)} where ${name} is not null ${beyond}
        order by ${key} limit ${sql.lit(PAGE)}`.execute(database)
    const heads = rows.map((row) => ({ key: names.map((each) => row[each]), keyId: keyIdOf(row.head) }))
    yield* heads
    after = heads.length === PAGE ? heads.at(-1)?.key : undefined
  } while (after)
}
