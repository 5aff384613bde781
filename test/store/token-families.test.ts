import { beforeAll, describe, expect, it } from 'vitest'
import { usage } from '../../src/oauth/scopes/usage.ts'
import type { AccessToken, RefreshToken } from '../../src/oauth/stores.ts'
import type { ClientId, CredentialId, GrantId } from '../../src/shared/ids.ts'
import { newSecret } from '../../src/shared/ids.ts'
import { hashSecret } from '../../src/shared/seal.ts'
import {
  approve,
  authorizeUrl,
  type OauthApp,
  post,
  type Registered,
  register,
  startOauthApp,
} from '../support/oauth-app.ts'

let app: OauthApp
let registered: Registered
let owner: { clientId: ClientId; credentialId: CredentialId; grantIds: GrantId[] }
beforeAll(async () => {
  app = await startOauthApp('token_families')
  registered = await register(app)
  const { code } = await approve(app, authorizeUrl(app, registered.consent))
  const kept = await app.tokens.findCode(hashSecret(code))
  const [credential] = await app.credentials.listLive(kept!.clientId, app.clock.now())
  owner = { clientId: kept!.clientId, credentialId: credential!.credentialId, grantIds: [...kept!.grantIds] }
})

/** Families, each with a code that nobody has used; the codes come back. */
async function newCodes(count: number) {
  const created = app.clock.now()
  const made = Array.from({ length: count }, () => ({ code: newSecret(), familyId: newSecret() }))
  const families = made.map(({ familyId }) => ({
    family_id: familyId,
    client_id: owner.clientId,
    created,
    ended_at: null,
  }))
  const codes = made.map(({ code, familyId }) => ({
    hash: hashSecret(code),
    client_id: owner.clientId,
    grant_ids: owner.grantIds,
    redirect_uri: null,
    code_challenge: null,
    family_id: familyId,
    expires_at: new Date(created.getTime() + 60_000),
    used_at: null,
  }))
  await app.database.insertInto('token_families').values(families).execute()
  await app.database.insertInto('authorization_codes').values(codes).execute()
  return made
}

function newTokens(familyId: string): { access: AccessToken; refresh: RefreshToken } {
  const issuedAt = app.clock.now()
  const common = { ...owner, familyId, issuedAt }
  const access = {
    ...common,
    hash: hashSecret(newSecret()),
    kind: 'customer_data' as const,
    scope: usage.id,
    authorizationDetails: [],
    expiresAt: new Date(issuedAt.getTime() + 3_600_000),
  }
  return { access, refresh: { ...common, hash: hashSecret(newSecret()), expiresAt: null, usedAt: null } }
}

const redeem = ({ code, familyId }: { code: string; familyId: string }) =>
  app.tokens.redeemCode(hashSecret(code), newTokens(familyId))

/** Runs the pairs of each family at once, some families at a time. */
async function race<T>(all: readonly T[], pair: (one: T) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < all.length; start += 25) {
    await Promise.all(all.slice(start, start + 25).map(pair))
  }
}

/** Access and refresh tokens that still are there, of these families. */
async function alive(families: readonly { familyId: string }[]): Promise<number> {
  const ids = families.map(({ familyId }) => familyId)
  const counts = ['access_tokens', 'refresh_tokens'] as const
  const found = await Promise.all(
    counts.map((table) =>
      app.database.selectFrom(table).select('hash').where('family_id', 'in', ids).execute(),
    ),
  )
  return found.flat().length
}

describe('a code used twice, RFC 6749 §4.1.2', () => {
  it('leaves nothing alive, for 1,000 parallel pairs', async () => {
    const codes = await newCodes(1000)
    const outcomes: string[][] = []
    await race(codes, async (each) =>
      outcomes.push((await Promise.all([redeem(each), redeem(each)])).toSorted()),
    )
    expect(outcomes).toEqual(codes.map(() => ['issued', 'refused']))
    expect(await alive(codes)).toBe(0)
  }, 180_000)

  it('leaves nothing alive, for 50 parallel pairs at the token endpoint', async () => {
    const codes = await newCodes(50)
    const statuses: number[][] = []
    const ask = async (code: string) =>
      (await post(`${app.url}/oauth/token`, { grant_type: 'authorization_code', code }, registered.consent))
        .status
    await race(codes, async ({ code }) =>
      statuses.push((await Promise.all([ask(code), ask(code)])).toSorted()),
    )
    expect(statuses).toEqual(codes.map(() => [200, 400]))
    expect(await alive(codes)).toBe(0)
  })

  it('used once gives one access and one refresh token', async () => {
    const codes = await newCodes(1)
    expect(await redeem(codes[0]!)).toBe('issued')
    expect(await alive(codes)).toBe(2)
  })
})

describe('refresh tokens', () => {
  /** Families with a refresh token that nobody has used; their hashes come back. */
  async function newRefreshTokens(count: number) {
    const made = (await newCodes(count)).map(({ familyId }) => newTokens(familyId).refresh)
    const rows = made.map(({ hash, familyId, issuedAt }) => ({
      hash,
      client_id: owner.clientId,
      credential_id: owner.credentialId,
      grant_ids: owner.grantIds,
      family_id: familyId,
      issued_at: issuedAt,
      expires_at: null,
      used_at: null,
    }))
    await app.database.insertInto('refresh_tokens').values(rows).execute()
    return made
  }
  const rotate = ({ familyId, hash }: { familyId: string; hash: Buffer }) => {
    const { access, refresh } = newTokens(familyId)
    return app.tokens.refresh(hash, { access, next: refresh })
  }

  it('that rotate end their family when used twice, for 1,000 parallel pairs (RFC 9700 §4.14.2)', async () => {
    const tokens = await newRefreshTokens(1000)
    const outcomes: string[][] = []
    await race(tokens, async (each) =>
      outcomes.push((await Promise.all([rotate(each), rotate(each)])).toSorted()),
    )
    expect(outcomes).toEqual(tokens.map(() => ['issued', 'refused']))
    expect(await alive(tokens)).toBe(0)
  }, 180_000)

  it('leave no live token behind when they are revoked during a refresh (RFC 7009 §2.1)', async () => {
    const tokens = await newRefreshTokens(200)
    await race(tokens, async ({ familyId, hash }) => {
      const { access } = newTokens(familyId)
      await Promise.all([
        app.tokens.refresh(hash, { access }),
        app.tokens.endFamily(familyId, app.clock.now()),
      ])
    })
    expect(await alive(tokens)).toBe(0)
  })

  it('that stay keep the newest 50 access tokens of their family', async () => {
    const [token] = await newRefreshTokens(1)
    for (let index = 0; index < 60; index++) {
      app.clock.advance(1)
      const { access } = newTokens(token!.familyId)
      await app.tokens.refresh(token!.hash, { access })
      expect(await app.tokens.findAccess(access.hash)).toBeDefined()
    }
    // Beside the refresh token.
    expect(await alive([token!])).toBe(51)
  })
})
