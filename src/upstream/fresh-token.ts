import assert from 'node:assert/strict'
import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import {
  AuthorizationWithdrawnError,
  SignInNeededError,
  UnderWayError,
  UpstreamError,
} from '../shared/errors.ts'
import type { UtilityAuthorizationId } from '../shared/ids.ts'
import type { Utility } from './client.ts'
import { NotSentError, toUpstreamError } from './errors.ts'
import type { FetchDeps } from './fetch-feed.ts'
import type { HeldTokens, RefreshLease, TokenState, UtilityAuthorizationStore } from './stores.ts'
import { refresh } from './token.ts'
import { TOKEN_REQUEST_SECONDS } from './token-endpoint.ts'
import type { TokenSet } from './token-set.ts'

export interface FreshTokenDeps extends FetchDeps {
  store: Pick<
    UtilityAuthorizationStore,
    'findTokens' | 'takeRefreshLease' | 'keepRefreshed' | 'releaseRefresh' | 'endRefused' | 'withdraw'
  >
  /** Throws when the utility is not enabled. */
  getUtility(id: string): Utility
  /** How long to wait while another process renews the tokens; a job has better things to do than wait in its slot. */
  patienceMs?: number
}

/** A token that ends sooner than this is renewed before it is used: a long feed is asked for once, not twice. */
const LEEWAY_MS = 60_000
/** Who was given a lease has its answer, or none, before the next one can be given a lease. */
const LEASE_MS = 45_000
assert(LEASE_MS > TOKEN_REQUEST_SECONDS * 1000 + 10_000)
/** Another process renews: how often we look, and for how long. */
const POLL_MS = 200
const PATIENCE_MS = 60_000
const LOOK_AGAIN_MS = 10_000
/** The utility has given its one answer: it is stored as soon as the database takes it. */
const KEEP_TRIES = 60
const KEEP_PAUSE_MS = 500

/**
 * An access token that should be good. It is renewed when it is near its end, or when it is the one that was `refused`; if another
 * process renews it, its answer is taken. The refused token comes back where the utility gave no refresh token. After a refresh that
 * was cut off, the token still held is used to its end, and then the refresh token is tried once more. Throws
 * AuthorizationWithdrawnError and SignInNeededError when there is nothing left to try, UnderWayError when the other process takes too long.
 */
export async function freshAccessToken(
  id: UtilityAuthorizationId,
  deps: FreshTokenDeps,
  refused?: string,
): Promise<string> {
  const begun = performance.now()
  const first = await activeTokens(id, deps)
  for (let state = first, waited = false; ; state = await activeTokens(id, deps)) {
    const isNewer = state.tokensGeneration > first.tokensGeneration
    if (isGoodEnough(state, { refused, isNewer, now: deps.clock.now() })) return state.tokens.accessToken
    if (state.tokens.refreshToken === null) return withoutRefresh(id, state.tokens, deps)
    const isLate = performance.now() - begun > (deps.patienceMs ?? PATIENCE_MS)
    if (isLate && state.lease === 'held') throw new UnderWayError('renews the tokens', LOOK_AGAIN_MS)
    if (isLate) throw notRenewed(state)
    if (state.lease === 'held') {
      await pause(state, deps)
      waited = true
      continue
    }
    // Who had the lease gave it back without tokens: what the utility did not give there it does not give here.
    if (waited && state.lease === 'none' && !isNewer) throw notRenewed(state)
    waited = false
    const utility = deps.getUtility(state.utilityId)
    if (deps.signal?.aborted) throw toUpstreamError(deps.signal.reason, utility.profile)
    const lease = await deps.store.takeRefreshLease(id, state.refreshGeneration, LEASE_MS)
    const renewed = lease && (await renew(id, lease, utility, deps))
    if (renewed) return renewed.accessToken
  }
}

type ActiveTokens = TokenState & { tokens: HeldTokens }

async function activeTokens(id: UtilityAuthorizationId, { store }: FreshTokenDeps): Promise<ActiveTokens> {
  const state = await store.findTokens(id)
  if (state?.status === 'sign_in_needed') throw signInNeeded(id)
  const tokens = state?.tokens
  if (!tokens) throw new AuthorizationWithdrawnError(`authorization ${id} is withdrawn`)
  return { ...state, tokens }
}

/** Near its end a token is good enough where it is quite new, or where asking for another might cost the refresh token. */
function isGoodEnough(
  { tokens, refreshUncertain }: ActiveTokens,
  { refused, isNewer, now }: { refused: string | undefined; isNewer: boolean; now: Date },
): boolean {
  if (tokens.accessToken === refused) return false
  const leewayMs = refreshUncertain || isNewer ? 0 : LEEWAY_MS
  return !isEnded(tokens, new Date(now.getTime() + leewayMs))
}

/** Without a refresh token a token is used to its end: there is no other. */
async function withoutRefresh(
  id: UtilityAuthorizationId,
  tokens: HeldTokens,
  { store, clock }: FreshTokenDeps,
): Promise<string> {
  if (!isEnded(tokens, clock.now())) return tokens.accessToken
  await store.withdraw(id, clock.now())
  throw new AuthorizationWithdrawnError(`authorization ${id} has ended, and there is no refresh token`)
}

/** Somebody else asks the utility. The caller's time goes on; what that other process asked for does not depend on it. */
async function pause({ utilityId }: TokenState, { getUtility, signal }: FreshTokenDeps): Promise<void> {
  await wait(POLL_MS, undefined, { signal }).catch(() => {
    throw toUpstreamError(signal?.reason, getUtility(utilityId).profile)
  })
}

/**
 * Sends the refresh token, for whoever holds the lease. Undefined: other tokens came meanwhile. The caller's time budget does not
 * end this request: its answer may be the only one.
 */
async function renew(
  id: UtilityAuthorizationId,
  lease: RefreshLease,
  utility: Utility,
  deps: FreshTokenDeps,
): Promise<HeldTokens | undefined> {
  const { store, clock, network, pace } = deps
  const { refreshGeneration, scope } = lease
  const refreshToken = lease.tokens.refreshToken ?? ''
  const asked = { clock, network, ...(pace && { pace }) }
  let tokens: TokenSet
  try {
    tokens = await refresh(utility, { refreshToken, scope }, asked)
  } catch (error) {
    if (error instanceof AuthorizationWithdrawnError) return endRefused(id, lease, error, deps)
    await store.releaseRefresh(id, refreshGeneration, lease.interrupted || !wasNotTaken(error))
    throw error
  }
  return persistently(() => store.keepRefreshed(id, refreshGeneration, tokens, clock.now()))
}

/** Whether the utility certainly did nothing with a request: it was never sent, or refused with a status of 400 to 499. */
function wasNotTaken(error: unknown): boolean {
  if (error instanceof NotSentError) return true
  const status = error instanceof UpstreamError ? error.status : undefined
  return status !== undefined && status >= 400 && status < 500
}

/**
 * The utility refuses the refresh token. After a refresh that was cut off this may only say that it was used up then, so that
 * nothing is deleted; otherwise the customer has withdrawn. Tokens that came meanwhile make either untrue.
 */
async function endRefused(
  id: UtilityAuthorizationId,
  lease: RefreshLease,
  error: AuthorizationWithdrawnError,
  { store, clock }: FreshTokenDeps,
): Promise<undefined> {
  const status = lease.interrupted ? 'sign_in_needed' : 'withdrawn'
  if (await store.endRefused(id, lease, status, clock.now())) {
    throw lease.interrupted ? signInNeeded(id) : error
  }
  await store.releaseRefresh(id, lease.refreshGeneration, false)
  return undefined
}

/** A database that is away for a moment does not cost a customer the authorization. */
async function persistently<T>(keep: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await keep()
    } catch (error) {
      if (tries === KEEP_TRIES) throw error
      await wait(KEEP_PAUSE_MS)
    }
  }
}

function signInNeeded(id: UtilityAuthorizationId): SignInNeededError {
  return new SignInNeededError(
    `the refresh token of authorization ${id} was lost: the customer has to sign in again`,
  )
}

function notRenewed({ utilityId }: TokenState): UpstreamError {
  return new UpstreamError(`the tokens could not be renewed at ${utilityId}`, { utilityId })
}

function isEnded({ accessTokenExpiresAt }: HeldTokens, now: Date): boolean {
  return accessTokenExpiresAt !== null && accessTokenExpiresAt <= now
}
