import type { TokenResponse } from '../../cds/wire/token.ts'
import type { AuthenticatedClient } from '../authenticate-client.ts'
import type { Parameters } from '../parameters.ts'

/** What the token endpoint does for one `grant_type`. */
export type GrantType = (parameters: Parameters, asker: AuthenticatedClient) => Promise<TokenResponse>
