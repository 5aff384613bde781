import { OAuthError } from '../errors.ts'
import type { Check } from './check.ts'

/** CDS-WG1-02 §8.3 #grant-authorization-requests: no grant of ours ever waits for an authorization, so no id is right. */
export const checkGrantId: Check = ({ cds_grant_id }) => {
  if (cds_grant_id === undefined) return
  throw new OAuthError('cds_grant_id_invalid_value', 'the grant does not need an authorization')
}
