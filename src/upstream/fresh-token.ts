import type { Clock } from '../shared/clock.ts'
import { AuthorizationWithdrawnError } from '../shared/errors.ts'
import type { UtilityAuthorizationId } from '../shared/ids.ts'
import type { Utility } from './client.ts'
import type { UtilityNetwork } from './network.ts'
import type { HeldTokens, UtilityAuthorizationStore } from './stores.ts'
import { refresh } from './token.ts'

export interface FreshTokenDeps {
  store: Pick<UtilityAuthorizationStore, 'withTokens' | 'withdraw'>
  /** Throws when the utility is not enabled. */
  getUtility(id: string): Utility
  clock: Clock
  network: Pick<UtilityNetwork, 'dispatcherFor'>
}

/** A token that ends sooner than this is renewed before it is used: a long feed is asked for once, not twice. */
const LEEWAY_MS = 60_000

/**
 * An access token that should be good. It is renewed when it is near its end, or when it is the one that was `refused`; if
 * another process renewed it meanwhile, that one is taken. The refused token comes back where the utility gave no refresh token.
 * A dead refresh token marks the authorization withdrawn.
 */
export async function freshAccessToken(
  id: UtilityAuthorizationId,
  deps: FreshTokenDeps,
  refused?: string,
): Promise<string> {
  const tokens = await renewed(id, deps, refused).catch(async (error) => {
    if (error instanceof AuthorizationWithdrawnError) await deps.store.withdraw(id, deps.clock.now())
    throw error
  })
  if (!tokens) throw new AuthorizationWithdrawnError(`authorization ${id} is withdrawn`)
  return tokens.accessToken
}

function renewed(
  id: UtilityAuthorizationId,
  { store, getUtility, clock, network }: FreshTokenDeps,
  refused: string | undefined,
): Promise<HeldTokens | undefined> {
  return store.withTokens(
    id,
    async (tokens, { utilityId, scope }) => {
      if (tokens.accessToken !== refused && !isEnding(tokens, clock.now())) return undefined
      if (tokens.refreshToken === null) {
        // Without a refresh token a token is used to its end: there is no other.
        if (!isEnded(tokens, clock.now())) return undefined
        throw new AuthorizationWithdrawnError(
          `authorization ${id} has ended, and ${utilityId} gave no refresh token`,
        )
      }
      return refresh(getUtility(utilityId), { refreshToken: tokens.refreshToken, scope }, { clock, network })
    },
    clock.now(),
  )
}

function isEnding(tokens: HeldTokens, now: Date): boolean {
  return isEnded(tokens, new Date(now.getTime() + LEEWAY_MS))
}

function isEnded({ accessTokenExpiresAt }: HeldTokens, now: Date): boolean {
  return accessTokenExpiresAt !== null && accessTokenExpiresAt <= now
}
