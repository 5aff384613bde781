import { CLIENT_SECRET } from './credentials.ts'
import { RAW_FEED } from './raw-feeds.ts'
import type { Tables } from './schema.ts'
import { purpose as tokenPurpose } from './sealed-tokens.ts'

/** A column that holds sealed envelopes. */
export interface SealedColumn {
  table: keyof Tables & string
  /** Columns of the primary key. */
  key: readonly string[]
  column: string
  /** What a row's envelope is sealed for, by the values of its key. */
  purpose(key: readonly unknown[]): string
}

/** Every one there is, which a test compares with the schema: what is missing here would be lost with its key. */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  {
    table: 'credentials',
    key: ['credential_id'],
    column: 'client_secret_sealed',
    purpose: () => CLIENT_SECRET,
  },
  {
    table: 'utility_authorizations',
    key: ['id'],
    column: 'access_token_sealed',
    purpose: ([id]) => tokenPurpose('access_token', String(id)),
  },
  {
    table: 'utility_authorizations',
    key: ['id'],
    column: 'refresh_token_sealed',
    purpose: ([id]) => tokenPurpose('refresh_token', String(id)),
  },
  { table: 'raw_feeds', key: ['run_id', 'number', 'piece'], column: 'sealed', purpose: () => RAW_FEED },
]
