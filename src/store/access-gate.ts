import { type RawBuilder, sql } from 'kysely'
import type { AccessGate } from '../oauth/access.ts'
import { StaleAccessError } from '../oauth/errors.ts'
import type { Database } from './database.ts'

/**
 * The CTE `gate` with the one column `current`: whether what the client's tokens open is still as it was when the access was loaded. A reader
 * puts it before its own statement and joins its rows to it, `from gate left join page on gate.current`: so there is always a row, and
 * a gate that no longer holds gives no data. `passGate` then makes rows or a `StaleAccessError` of it.
 */
export function gateCte(gate: AccessGate | undefined): RawBuilder<unknown> {
  const { clientId, version } = gate ?? OPEN
  return sql`gate as (select ${version}::bigint is null or exists (
    select from access_versions where client_id = ${clientId}::text and version = ${version}::bigint) as current)`
}

/** Nobody's: for those who read what is the customer's own. */
const OPEN = { clientId: null, version: null }

/** The rows behind a gate; throws `StaleAccessError` where it no longer held. Rows say `current`; `isData` tells data from the gate's own row. */
export function passGate<Row extends { current: boolean }>(
  rows: readonly Row[],
  isData: (row: Row) => boolean,
): Row[] {
  if (!rows[0]?.current) throw new StaleAccessError()
  return rows.filter(isData)
}

/** Throws `StaleAccessError` where the gate no longer holds: for those who then read nothing. */
export async function checkGate(database: Database, gate: AccessGate | undefined): Promise<void> {
  if (!gate || gate.version === null) return
  const { rows } = await sql<{ current: boolean }>`with ${gateCte(gate)} select current from gate`.execute(
    database,
  )
  passGate(rows, () => false)
}
