import { OAuthError } from '../errors.ts'
import type { Check } from './check.ts'

/** The answer travels in the query (`response_modes_supported`). */
export const checkResponseMode: Check = ({ response_mode }) => {
  if (response_mode === undefined || response_mode === 'query') return
  throw new OAuthError('invalid_request', 'response_mode must be query')
}
