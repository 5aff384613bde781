import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { newId, type UtilityAuthorizationId } from '../../src/shared/ids.ts'
import { utilityAuthorizationStore } from '../../src/store/utility-authorizations.ts'
import type { UtilityAuthorizationStore } from '../../src/upstream/stores.ts'
import type { TokenSet } from '../../src/upstream/token-set.ts'
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts'

const at = new Date('2026-03-01T12:00:00Z')
const later = new Date('2026-03-01T13:00:00Z')
const sealKeys = { current: 'k1', keys: new Map([['k1', randomBytes(32)]]) }

const tokens: TokenSet = {
  accessToken: 'at-1',
  refreshToken: 'rt-1',
  expiresAt: later,
  scope: 'FB=4_5_46; HistoryLength= 63072000',
  resourceUri: 'https://data.example/Batch/Subscription/7',
  authorizationUri: null,
  customerResourceUri: null,
}

let fresh: FreshDatabase
let store: UtilityAuthorizationStore
beforeAll(async () => {
  fresh = await freshDatabase('utility_authorizations')
  store = utilityAuthorizationStore(fresh.database, { newId, sealKeys })
})

const create = (change: Partial<TokenSet> = {}, utilityId = 'coastal-power') =>
  store.create({ utilityId, environment: 'production', tokens: { ...tokens, ...change } }, at)

const held = (id: UtilityAuthorizationId) => store.withTokens(id, async () => undefined, later)

describe('utilityAuthorizationStore', () => {
  it('keeps the scope and every URL as they came', async () => {
    const { id } = await create()
    expect(await store.find(id)).toEqual({
      id: expect.stringMatching(/^ua_[0-9a-f]{32}$/),
      utilityId: 'coastal-power',
      environment: 'production',
      status: 'active',
      scope: 'FB=4_5_46; HistoryLength= 63072000',
      resourceUri: 'https://data.example/Batch/Subscription/7',
      authorizationUri: null,
      customerResourceUri: null,
      customerRef: null,
      created: at,
      modified: at,
    })
  })

  it('keeps tokens sealed: neither is anywhere in the row', async () => {
    const { id } = await create({ accessToken: 'plain-access', refreshToken: 'plain-refresh' })
    const { rows } = await fresh.pool.query(
      'select t::text as row from utility_authorizations t where id = $1',
      [id],
    )
    expect(rows[0].row).not.toMatch(/plain|706c61696e/)
    expect(await held(id)).toEqual({
      accessToken: 'plain-access',
      accessTokenExpiresAt: later,
      refreshToken: 'plain-refresh',
    })
  })

  it('does not open a token that was moved to another row', async () => {
    const [one, two] = [await create(), await create()]
    await fresh.pool.query(
      `update utility_authorizations set access_token_sealed =
         (select access_token_sealed from utility_authorizations where id = $1) where id = $2`,
      [one.id, two.id],
    )
    await expect(held(two.id)).rejects.toThrow('does not open')
  })

  it('keeps the old refresh token, scope and URLs where a refresh names no new ones (RFC 6749 §6)', async () => {
    const { id } = await create()
    const renewed = { ...tokens, accessToken: 'at-2', refreshToken: null, resourceUri: null, expiresAt: null }
    expect(await store.withTokens(id, async () => renewed, later)).toEqual({
      accessToken: 'at-2',
      accessTokenExpiresAt: null,
      refreshToken: 'rt-1',
    })
    expect(await held(id)).toMatchObject({ accessToken: 'at-2', refreshToken: 'rt-1' })
    expect(await store.find(id)).toMatchObject({ resourceUri: tokens.resourceUri, modified: later })
  })

  it('has committed the rotated token before anybody gets the new access token', async () => {
    const { id } = await create()
    const other = utilityAuthorizationStore(fresh.database, { newId, sealKeys })
    const rotated = { ...tokens, accessToken: 'at-2', refreshToken: 'rt-2' }
    const given = await store.withTokens(id, async () => rotated, later)
    // Another connection sees it, without waiting for ours.
    const { rows } = await fresh.pool.query(
      'select id from utility_authorizations where id = $1 for update nowait',
      [id],
    )
    expect(rows).toHaveLength(1)
    expect(await other.withTokens(id, async () => undefined, later)).toEqual(given)
  })

  it('lets one caller at a time renew, and the next one sees what it left', async () => {
    const { id } = await create()
    let inside = 0
    const renew = async (seen: string) => {
      expect(++inside).toBe(1)
      await new Promise((resolve) => setTimeout(resolve, 30))
      inside--
      return { ...tokens, accessToken: `${seen}+`, refreshToken: `${seen}+` }
    }
    await Promise.all([1, 2, 3, 4].map(() => store.withTokens(id, (now) => renew(now.accessToken), later)))
    expect(await held(id)).toMatchObject({ accessToken: 'at-1++++', refreshToken: 'at-1++++' })
  })

  it('leaves everything as it was when renewing fails, and lets the next one in', async () => {
    const { id } = await create()
    const fail = async () => Promise.reject(new Error('utility down'))
    await expect(store.withTokens(id, fail, later)).rejects.toThrow('utility down')
    expect(await held(id)).toMatchObject({ accessToken: 'at-1', refreshToken: 'rt-1' })
  })

  it('forgets the tokens of a withdrawn authorization, and gives out none', async () => {
    const { id } = await create()
    await store.withdraw(id, later)
    expect(await store.find(id)).toMatchObject({ status: 'withdrawn', modified: later })
    expect(await held(id)).toBeUndefined()
    const { rows } = await fresh.pool.query(
      'select access_token_sealed, refresh_token_sealed from utility_authorizations where id = $1',
      [id],
    )
    expect(rows).toEqual([{ access_token_sealed: null, refresh_token_sealed: null }])
  })

  it('knows nothing of an id it did not give', async () => {
    const id = newId('utilityAuthorization')
    expect(await store.find(id)).toBeUndefined()
    expect(await held(id)).toBeUndefined()
  })

  it('lists the active authorizations of a utility, oldest first', async () => {
    const first = await create({}, 'lister')
    const second = await create({}, 'lister')
    const gone = await create({}, 'lister')
    await store.withdraw(gone.id, later)
    const ids = (await store.listActive('lister')).map(({ id }) => id)
    expect(ids).toEqual([first.id, second.id].sort())
  })

  it('keeps a customer resource URI that was found later', async () => {
    const { id } = await create()
    await store.keepCustomerResourceUri(id, 'https://pii.example/Batch/RetailCustomer/7', later)
    expect(await store.find(id)).toMatchObject({
      customerResourceUri: 'https://pii.example/Batch/RetailCustomer/7',
    })
  })
})
