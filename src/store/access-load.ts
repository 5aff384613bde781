import { type Selectable, sql } from 'kysely'
import { mayOpen } from '../oauth/grant-access.ts'
import type { HeldAccess } from '../oauth/stores.ts'
import type { ClientId } from '../shared/ids.ts'
import type { Database } from './database.ts'
import { toGrant } from './grants.ts'
import type { AccessTokenRow, ClientRow, GrantRow } from './tables/oauth.ts'

interface HeldColumns {
  held_kind: AccessTokenRow['kind']
  held_scope: string
  held_until: Date
  held_by: ClientId
  registration_id: ClientRow['registration_id']
  holder_status: ClientRow['status']
  holder_scope: string
  version: bigint
  /** Where the token names the grant. */
  place: bigint | null
  owner_status: ClientRow['status']
  owner_scope: string
}

type Row = HeldColumns & (Selectable<GrantRow> | { grant_id: null })

/** An access token by its hash, with its client, the client's version and its grants, each with the client it was given to: one statement. */
export async function findHeld(database: Database, hash: Buffer): Promise<HeldAccess | undefined> {
  const { rows } = await sql<Row>`
    select t.kind as held_kind, t.scope as held_scope, t.expires_at as held_until, t.client_id as held_by,
      c.registration_id, c.status as holder_status, c.scope as holder_scope, v.version,
      i.place, g.*, o.status as owner_status, o.scope as owner_scope
    from access_tokens t
      join clients c on c.client_id = t.client_id
      join access_versions v on v.client_id = t.client_id
      left join lateral unnest(t.grant_ids) with ordinality as i (grant_id, place) on true
      left join grants g on g.grant_id = i.grant_id
      left join clients o on o.client_id = g.client_id
    where t.hash = ${hash}`.execute(database)
  const [first] = rows
  return first && { ...toHeld(first), ...toOpening(rows) }
}

function toHeld(row: Row): Omit<HeldAccess, 'grants' | 'bytes'> {
  return {
    kind: row.held_kind,
    scope: row.held_scope,
    expiresAt: row.held_until,
    client: {
      clientId: row.held_by,
      registrationId: row.registration_id,
      status: row.holder_status,
      scope: row.holder_scope,
    },
    version: row.version,
  }
}

/** What a grant takes beside its JSON, and JSON that was read for each character of its text: a little more than measured (1,734 bytes in all for details of 290 characters, Node.js 24). */
const BYTES_OF_GRANT = 1200
const BYTES_OF_CHARACTER = 2

function toOpening(rows: readonly Row[]): Pick<HeldAccess, 'grants' | 'bytes'> {
  const grants = rows.filter((row) => row.grant_id !== null)
  const open = grants
    .filter((row) => mayOpen(row, { status: row.owner_status, scope: row.owner_scope }))
    // Here, because PostgreSQL would sort whole rows, on disk when there are many.
    .sort((a, b) => Number(a.place) - Number(b.place))
  const characters = open.reduce((sum, row) => sum + charactersOf(row), 0)
  return {
    grants: open.map(toGrant),
    bytes: (open.length + 1) * BYTES_OF_GRANT + characters * BYTES_OF_CHARACTER,
  }
}

function charactersOf(row: Selectable<GrantRow>): number {
  return (
    row.authorization_details.length +
    row.enabled_authorization_details.length +
    row.selection.length +
    row.utility_authorization_ids.join().length
  )
}
