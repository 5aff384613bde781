import { GatewayError } from '../../shared/errors.ts'
import type { UtilityAuthorizationId } from '../../shared/ids.ts'
import type { AuthorizationDetail, Environment } from '../stores.ts'

export interface UtilityChoice {
  id: string
  name: string
  /** The utility takes a customer's username and password at its token endpoint (RFC 6749 §4.3). */
  takesPassword: boolean
  /** What the sign-in page tells a tester, e.g. the names of test users; null for a real utility. */
  testHint: string | null
}

/** One scope with its resolved details: what the utility is asked for. */
export interface ScopeRequest {
  /** The scope's type, e.g. `cds_usage`. */
  type: string
  /** Durations are absolute datetimes or `infinite`. */
  details: Readonly<Record<string, AuthorizationDetail[string]>>
}

/** A service contract as the authorization form lists it (CDS-WG3-01 §9.2.3.2 #contract-selection). */
export interface CustomerContract {
  contractId: string
  contractNumber: string | null
  accountNumber: string | null
  accountName?: string | undefined
  address?: string | undefined
  serviceTypes: readonly string[]
  ratePlan?: string | undefined
  /** For the preselection fields of CDS-WG3-01 §7.1.6, §7.1.8 and §7.1.9. */
  servicepointNumbers?: readonly string[] | undefined
  premiseNumbers?: readonly string[] | undefined
  meterNumbers?: readonly string[] | undefined
}

/**
 * The customer signs in at the utility, and that authenticates them for us (CDS-WG3-01 §9.1.2 #customer-authentication).
 * The authorization server knows nothing more of a utility than this.
 */
export interface CustomerSignIn {
  listUtilities(environment: Environment): UtilityChoice[]
  /** Where to send the browser. The utility sends it back to `/oauth/utility-callback` with our `state`. */
  start(input: { utilityId: string; requests: readonly ScopeRequest[]; state: string }): Promise<URL>
  /** The utility's code becomes an authorization that we hold. Throws `SignInRefusedError` or an `UpstreamError`. */
  finish(input: {
    utilityId: string
    code: string
    requests: readonly ScopeRequest[]
  }): Promise<UtilityAuthorizationId>
  /** Username and password go to the utility once and nowhere else. Throws `SignInRefusedError` or an `UpstreamError`. */
  passwordSignIn(input: {
    utilityId: string
    username: string
    password: string
    requests: readonly ScopeRequest[]
  }): Promise<UtilityAuthorizationId>
  loadCustomer(id: UtilityAuthorizationId): Promise<{ contracts: CustomerContract[] }>
  /** Begins to load the data, at once or, when the queue is away, `delayed`; safe to call again for an authorization that is loading or loaded. */
  startSync(id: UtilityAuthorizationId): Promise<{ eta: Date; delayed: boolean }>
  /** Gives up an authorization, with all that was fetched through it, unless a grant or a client uses it. Safe to call again. */
  giveUp(id: UtilityAuthorizationId): Promise<void>
}

/** The utility did not accept what the customer entered, or the customer said no there. */
export class SignInRefusedError extends GatewayError {
  readonly permanent = true
  readonly reason: 'wrong_credentials' | 'declined'

  constructor(reason: 'wrong_credentials' | 'declined', options?: ErrorOptions) {
    super(`the utility refused the sign-in: ${reason}`, options)
    this.reason = reason
  }
}
