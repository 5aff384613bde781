import type { UtilityAuthorizationId } from '../shared/ids.ts'
import type { TokenSet } from './token-set.ts'

/** One customer's authorization at one utility: one ESPI Authorization that we hold tokens for. */
export interface UtilityAuthorization {
  id: UtilityAuthorizationId
  utilityId: string
  environment: 'sandbox' | 'production'
  /**
   * `withdrawn`: the utility no longer honours it, or we gave it up. It never becomes active again. `sign_in_needed`: a one-time
   * refresh token was lost on its way and the one we hold is refused; nothing is sent with it, but a late answer revives it.
   */
  status: 'active' | 'sign_in_needed' | 'withdrawn'
  /** The granted ESPI scope, as it came: some custodians want the identical string on refresh. */
  scope: string
  /** The utility's URLs, as they came. They are opaque: nothing is cut out of them. */
  resourceUri: string | null
  authorizationUri: string | null
  customerResourceUri: string | null
  /** What tells two authorizations of the same customer apart from those of another, when the utility says. */
  customerRef: string | null
  created: Date
  modified: Date
}

/** The tokens of an authorization, opened. They go to the utility and nowhere else. */
export interface HeldTokens {
  accessToken: string
  /** Null: the utility names no end. */
  accessTokenExpiresAt: Date | null
  refreshToken: string | null
}

/** An authorization's tokens, and how far their renewal is. */
export interface TokenState {
  utilityId: string
  status: UtilityAuthorization['status']
  scope: string
  /** Undefined: withdrawn. */
  tokens: HeldTokens | undefined
  /** How many times a refresh was begun. */
  refreshGeneration: number
  /** The refresh whose answer the tokens are. */
  tokensGeneration: number
  /** A refresh was begun, and no definite answer to it was stored. */
  refreshUncertain: boolean
  /** `ended`: who took it is gone without a word. */
  lease: 'none' | 'held' | 'ended'
}

/** The right to send the refresh token, for one process and one request. */
export interface RefreshLease extends TokenState {
  tokens: HeldTokens
  /** An earlier refresh got no definite answer: the utility may have used up the refresh token. */
  interrupted: boolean
}

export interface NewUtilityAuthorization {
  utilityId: string
  environment: 'sandbox' | 'production'
  tokens: TokenSet
  customerRef?: string | null
}

export interface UtilityAuthorizationStore {
  create(input: NewUtilityAuthorization, at: Date): Promise<UtilityAuthorization>
  find(id: UtilityAuthorizationId): Promise<UtilityAuthorization | undefined>
  /** The ids of the active ones of a utility, oldest first, at most `limit` at a time. */
  listActive(utilityId: string, limit: number): AsyncIterable<UtilityAuthorizationId[]>
  findTokens(id: UtilityAuthorizationId): Promise<TokenState | undefined>
  /**
   * Takes the right to renew for `leaseMs`, if nobody else has it and no refresh was begun since `generation`. From here on, until
   * an answer is stored, the refresh counts as uncertain.
   */
  takeRefreshLease(
    id: UtilityAuthorizationId,
    generation: number,
    leaseMs: number,
  ): Promise<RefreshLease | undefined>
  /** The answer to a refresh, however late: kept unless a later one was kept before, or the authorization is withdrawn. */
  keepRefreshed(
    id: UtilityAuthorizationId,
    generation: number,
    tokens: TokenSet,
    at: Date,
  ): Promise<HeldTokens | undefined>
  /** A refresh ended without tokens; `uncertain` if the utility may have used up the refresh token all the same. */
  releaseRefresh(id: UtilityAuthorizationId, generation: number, uncertain: boolean): Promise<void>
  /** The utility refuses the refresh token of this lease for good. False: other tokens, or another lease, came meanwhile. */
  endRefused(
    id: UtilityAuthorizationId,
    lease: Pick<RefreshLease, 'refreshGeneration' | 'tokensGeneration'>,
    status: 'sign_in_needed' | 'withdrawn',
    at: Date,
  ): Promise<boolean>
  /** Keeps a customer resource URI that was read from the Authorization resource. */
  keepCustomerResourceUri(id: UtilityAuthorizationId, uri: string, at: Date): Promise<void>
  /** Marks it withdrawn and forgets its tokens. */
  withdraw(id: UtilityAuthorizationId, at: Date): Promise<void>
}
