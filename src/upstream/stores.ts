import type { UtilityAuthorizationId } from '../shared/ids.ts'
import type { TokenSet } from './token-set.ts'

/** One customer's authorization at one utility: one ESPI Authorization that we hold tokens for. */
export interface UtilityAuthorization {
  id: UtilityAuthorizationId
  utilityId: string
  environment: 'sandbox' | 'production'
  /** `withdrawn`: the utility no longer honours it, or we gave it up. It never becomes active again. */
  status: 'active' | 'withdrawn'
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

export interface NewUtilityAuthorization {
  utilityId: string
  environment: 'sandbox' | 'production'
  tokens: TokenSet
  customerRef?: string | null
}

export interface UtilityAuthorizationStore {
  create(input: NewUtilityAuthorization, at: Date): Promise<UtilityAuthorization>
  find(id: UtilityAuthorizationId): Promise<UtilityAuthorization | undefined>
  /** The active ones of a utility, oldest first. */
  listActive(utilityId: string): Promise<UtilityAuthorization[]>
  /**
   * The tokens of an authorization, after `renew` had its say. Only one caller among all processes is inside `renew` for
   * the same authorization. What `renew` returns is committed before the promise resolves: no access token leaves here
   * while the refresh token that came with it could still be lost. Undefined from `renew` keeps what is there.
   * Undefined from here: there is no such authorization, or it is withdrawn.
   */
  withTokens(
    id: UtilityAuthorizationId,
    renew: (tokens: HeldTokens, authorization: UtilityAuthorization) => Promise<TokenSet | undefined>,
    at: Date,
  ): Promise<HeldTokens | undefined>
  /** Keeps a customer resource URI that was read from the Authorization resource. */
  keepCustomerResourceUri(id: UtilityAuthorizationId, uri: string, at: Date): Promise<void>
  /** Marks it withdrawn and forgets its tokens. */
  withdraw(id: UtilityAuthorizationId, at: Date): Promise<void>
}
