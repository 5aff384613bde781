import { beforeAll, describe, expect, it } from 'vitest'
import { fixedClock } from '../../src/shared/clock.ts'
import type { CredentialId, RegistrationId } from '../../src/shared/ids.ts'
import { ENVELOPE_HEAD_BYTES, keyIdOf, type SealKeys, seal, unseal } from '../../src/shared/seal.ts'
import { openRawFeed, readRawFeed } from '../../src/store/raw-feeds.ts'
import { countByKey, reseal } from '../../src/store/reseal.ts'
import { SEALED_COLUMNS } from '../../src/store/sealed-columns.ts'
import { openStores } from '../../src/wire-up/stores.ts'
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts'

const OLD = new Uint8Array(32).map((_, index) => index)
const NEW = new Uint8Array(32).map((_, index) => 255 - index)
const keys = (current: string, known: Record<string, Uint8Array>): SealKeys => ({
  current,
  keys: new Map(Object.entries(known)),
})
const clock = fixedClock('2026-06-15T12:00:00.000Z')
const WINDOW = { runId: 'r1', number: 0 }
const TOKENS = {
  accessToken: 'at-1',
  refreshToken: 'rt-1',
  expiresAt: null,
  scope: 'FB=4',
  resourceUri: null,
  authorizationUri: null,
  customerResourceUri: null,
}

let fresh: FreshDatabase
let id: Awaited<ReturnType<ReturnType<typeof openStores>['authorizations']['create']>>['id']

const signal = new AbortController().signal
const ID_SECRET = new Uint8Array(32).fill(7)

/** Everything that is sealed, sealed with the old key. */
beforeAll(async () => {
  fresh = await freshDatabase('reseal')
  const old = keys('k1', { k1: OLD })
  const stores = openStores(fresh.database, { sealKeys: old, idSecret: ID_SECRET, clock })
  const input = { utilityId: 'u', environment: 'sandbox', tokens: TOKENS } as const
  id = (await stores.authorizations.create(input, clock.now())).id
  await insertClient(fresh, old)
  const utilityAuthorizationId = id
  const at = clock.now()
  const run = { runId: WINDOW.runId, utilityAuthorizationId, utilityId: 'u', startedAt: at }
  await stores.sync.beginSignIn(run, [{ purpose: 'customer' }])
  const writer = await openRawFeed(fresh.database, old, WINDOW, at)
  await writer.write(Buffer.from('<feed/>'))
  await writer.end()
})

/** A client with more credentials than one page of the work. */
async function insertClient({ pool }: FreshDatabase, sealKeys: SealKeys): Promise<void> {
  await pool.query(`insert into clients (client_id, registration_id, scope, client_name, redirect_uris, response_types, grant_types,
      authorization_details_types, contacts, status, status_options, created, modified)
    values ('c_1', 'r_1', '', 'Acme', '{}', '{}', '{}', '{}', '{}', 'production', '{}', now(), now())`)
  await pool.query(
    `insert into credentials (credential_id, client_id, client_secret_sealed, created, modified)
      select 'cr_' || n, 'c_1', $1, now(), now() from generate_series(1, 600) n`,
    [seal('secret', 'client secret', sealKeys)],
  )
}

const all = async (sealKeys: SealKeys) => {
  for (const column of SEALED_COLUMNS) {
    await reseal(fresh.database, column, sealKeys, { signal, onSealed: () => {} })
  }
}
const counted = async () =>
  Object.fromEntries(
    await Promise.all(
      SEALED_COLUMNS.map(async (column) => [
        `${column.table}.${column.column}`,
        Object.fromEntries(await countByKey(fresh.database, column)),
      ]),
    ),
  )

const sealedWith = (key: string) => ({
  'credentials.client_secret_sealed': { [key]: 600 },
  'utility_authorizations.access_token_sealed': { [key]: 1 },
  'utility_authorizations.refresh_token_sealed': { [key]: 1 },
  'raw_feeds.sealed': { [key]: 1 },
})

describe('reseal', () => {
  it('goes on where it was ended, and makes everything open with the new key alone', async () => {
    const both = keys('k2', { k2: NEW, k1: OLD })
    expect(await counted()).toEqual(sealedWith('k1'))
    const [credentials] = SEALED_COLUMNS
    const ended = new AbortController()
    const half = reseal(fresh.database, credentials!, both, {
      signal: ended.signal,
      onSealed: (count) => count === 304 && ended.abort(),
    })
    await expect(half).rejects.toMatchObject({ name: 'AbortError' })
    expect(Object.fromEntries(await countByKey(fresh.database, credentials!))).toEqual({ k1: 296, k2: 304 })

    await all(both)
    expect(await counted()).toEqual(sealedWith('k2'))
    const onlyNew = keys('k2', { k2: NEW })
    const stores = openStores(fresh.database, { sealKeys: onlyNew, idSecret: ID_SECRET, clock })
    expect(await stores.authorizations.findTokens(id)).toMatchObject({
      tokens: { accessToken: 'at-1', refreshToken: 'rt-1' },
    })
    expect(
      (await stores.credentials.find('r_1' as RegistrationId, 'cr_1' as CredentialId))?.clientSecret,
    ).toBe('secret')
    const pieces: Uint8Array[] = []
    for await (const piece of readRawFeed(fresh.database, onlyNew, WINDOW)) pieces.push(piece)
    expect(Buffer.concat(pieces).toString()).toBe('<feed/>')
  })

  it('leaves what a running process writes meanwhile, and what no key opens', async () => {
    const [credentials] = SEALED_COLUMNS
    const both = keys('k3', { k3: OLD, k2: NEW })
    const written = seal('written meanwhile', 'client secret', both)
    await fresh.pool.query(`update credentials set client_secret_sealed = $1 where credential_id = 'cr_2'`, [
      seal('lost', 'client secret', keys('k9', { k9: OLD })),
    ])
    let isFirst = true
    await reseal(fresh.database, credentials!, both, {
      signal,
      onSealed: () => {
        if (!isFirst) return
        isFirst = false
        void fresh.pool.query(
          `update credentials set client_secret_sealed = $1 where credential_id = 'cr_99'`,
          [written],
        )
      },
    })
    expect(Object.fromEntries(await countByKey(fresh.database, credentials!))).toEqual({ k3: 599, k9: 1 })
    const { rows } = await fresh.pool.query(
      `select client_secret_sealed as sealed from credentials where credential_id = 'cr_99'`,
    )
    expect(unseal(rows[0].sealed, 'client secret', both).toString()).toBe('written meanwhile')
  })
})

describe('SEALED_COLUMNS', () => {
  it('names every column of the schema that holds envelopes, with its primary key', async () => {
    const { rows } = await fresh.pool.query<{ name: string; key: string[] }>(
      `select c.table_name || '.' || c.column_name as name,
          (select array_agg(a.attname::text order by array_position(i.indkey::int[], a.attnum::int))
             from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
            where i.indisprimary and i.indrelid = c.table_name::regclass) as key
        from information_schema.columns c
        where c.table_schema = 'public' and c.data_type = 'bytea' and c.column_name ~ 'sealed$' order by 1`,
    )
    const listed = SEALED_COLUMNS.map(({ table, column, key }) => ({ name: `${table}.${column}`, key }))
    expect(listed.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual(rows)
  })
})

describe('keyIdOf', () => {
  it('reads the key of an envelope from its beginning', () => {
    const long = 'k'.repeat(64)
    const envelope = seal('x', 'p', keys(long, { [long]: OLD }))
    expect(keyIdOf(envelope.subarray(0, ENVELOPE_HEAD_BYTES))).toBe(long)
    expect(() => keyIdOf(Buffer.from('no envelope'))).toThrow('not a sealed envelope')
  })
})
