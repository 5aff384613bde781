import type { RequestedScope } from '../details/requested-scopes.ts'
import type { Parameters } from '../parameters.ts'

/** A rule that an authorization request must keep. Throws an `OAuthError` when it does not. */
export type Check = (parameters: Parameters, requested: readonly RequestedScope[]) => void
