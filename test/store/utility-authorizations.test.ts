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
const pagesOf = async (utilityId: string, limit: number) => {
  const pages: string[][] = []
  for await (const page of store.listActive(utilityId, limit)) pages.push(page)
  return pages
}

const held = async (id: UtilityAuthorizationId) => (await store.findTokens(id))?.tokens
/** Takes the lease and keeps an answer under it. */
async function renew(id: UtilityAuthorizationId, renewed: TokenSet) {
  const state = await store.findTokens(id)
  const lease = await store.takeRefreshLease(id, state!.refreshGeneration, 45_000)
  return store.keepRefreshed(id, lease!.refreshGeneration, renewed, later)
}
const expireLease = (id: UtilityAuthorizationId) =>
  fresh.pool.query(
    `update utility_authorizations set refresh_lease_until = now() - interval '1 s' where id = $1`,
    [id],
  )

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
    expect(await renew(id, renewed)).toEqual({
      accessToken: 'at-2',
      accessTokenExpiresAt: null,
      refreshToken: 'rt-1',
    })
    expect(await held(id)).toMatchObject({ accessToken: 'at-2', refreshToken: 'rt-1' })
    expect(await store.find(id)).toMatchObject({ resourceUri: tokens.resourceUri, modified: later })
  })

  it('gives the lease to one of many, and to nobody else until it ends or is given back', async () => {
    const { id } = await create()
    const other = utilityAuthorizationStore(fresh.database, { newId, sealKeys })
    const all = Array.from({ length: 20 }, (_, n) => (n % 2 ? store : other).takeRefreshLease(id, 0, 45_000))
    const taken = (await Promise.all(all)).filter((lease) => lease !== undefined)
    expect(taken).toMatchObject([
      { refreshGeneration: 1, interrupted: false, tokens: { refreshToken: 'rt-1' } },
    ])
    expect(await store.findTokens(id)).toMatchObject({ lease: 'held', refreshUncertain: true })
    expect(await store.takeRefreshLease(id, 1, 45_000)).toBeUndefined()
    await store.releaseRefresh(id, 1, false)
    expect(await store.findTokens(id)).toMatchObject({ lease: 'none', refreshUncertain: false })
    // Whoever read before does not know how the last one ended.
    expect(await store.takeRefreshLease(id, 0, 45_000)).toBeUndefined()
    expect(await store.takeRefreshLease(id, 1, 45_000)).toMatchObject({ interrupted: false })
  })

  it('tells who takes an ended lease that the refresh before it was cut off', async () => {
    const { id } = await create()
    await store.takeRefreshLease(id, 0, 45_000)
    await expireLease(id)
    expect(await store.findTokens(id)).toMatchObject({ lease: 'ended', refreshUncertain: true })
    expect(await store.takeRefreshLease(id, 1, 45_000)).toMatchObject({
      interrupted: true,
      refreshGeneration: 2,
    })
  })

  it('keeps a late answer only if it is newer, and leaves the newer lease alone', async () => {
    const { id } = await create()
    await store.takeRefreshLease(id, 0, 45_000)
    await expireLease(id)
    await store.takeRefreshLease(id, 1, 45_000)
    const late = await store.keepRefreshed(
      id,
      1,
      { ...tokens, accessToken: 'at-2', refreshToken: 'rt-2' },
      later,
    )
    expect(late).toMatchObject({ accessToken: 'at-2' })
    expect(await store.findTokens(id)).toMatchObject({
      tokensGeneration: 1,
      lease: 'held',
      refreshUncertain: true,
    })
    await store.keepRefreshed(id, 2, { ...tokens, accessToken: 'at-3', refreshToken: 'rt-3' }, later)
    expect(await store.findTokens(id)).toMatchObject({
      tokensGeneration: 2,
      lease: 'none',
      refreshUncertain: false,
    })
    expect(await store.keepRefreshed(id, 1, { ...tokens, accessToken: 'old' }, later)).toBeUndefined()
    expect(await held(id)).toMatchObject({ accessToken: 'at-3', refreshToken: 'rt-3' })
  })

  it('asks for a sign-in without losing a token, and a late answer makes it active again', async () => {
    const { id } = await create()
    const lease = await store.takeRefreshLease(id, 0, 45_000)
    expect(await store.endRefused(id, lease!, 'sign_in_needed', later)).toBe(true)
    expect(await store.findTokens(id)).toMatchObject({
      status: 'sign_in_needed',
      lease: 'none',
      tokens: { accessToken: 'at-1', refreshToken: 'rt-1' },
    })
    expect((await pagesOf('coastal-power', 500)).flat()).not.toContain(id)
    expect(await store.takeRefreshLease(id, 1, 45_000)).toBeUndefined()
    await store.keepRefreshed(id, 1, { ...tokens, accessToken: 'at-2' }, later)
    expect(await store.find(id)).toMatchObject({ status: 'active' })
  })

  it('ends nothing where other tokens came meanwhile, and revives nothing that is withdrawn', async () => {
    const { id } = await create()
    const lease = await store.takeRefreshLease(id, 0, 45_000)
    await expireLease(id)
    const second = await store.takeRefreshLease(id, 1, 45_000)
    expect(await store.endRefused(id, lease!, 'withdrawn', later)).toBe(false)
    await store.keepRefreshed(id, 1, { ...tokens, accessToken: 'at-2' }, later)
    expect(await store.endRefused(id, second!, 'withdrawn', later)).toBe(false)
    await store.withdraw(id, later)
    expect(await store.keepRefreshed(id, 2, tokens, later)).toBeUndefined()
    expect(await store.find(id)).toMatchObject({ status: 'withdrawn' })
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
    const third = await create({}, 'lister')
    const ids = [first.id, second.id, third.id].sort()
    expect(await pagesOf('lister', 2)).toEqual([ids.slice(0, 2), ids.slice(2)])
    expect(await pagesOf('lister', 3)).toEqual([ids])
  })

  it('keeps a customer resource URI that was found later', async () => {
    const { id } = await create()
    await store.keepCustomerResourceUri(id, 'https://pii.example/Batch/RetailCustomer/7', later)
    expect(await store.find(id)).toMatchObject({
      customerResourceUri: 'https://pii.example/Batch/RetailCustomer/7',
    })
  })
})
