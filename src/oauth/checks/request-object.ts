import { OAuthError } from '../errors.ts'
import type { Check } from './check.ts'

/** Request objects (RFC 9101) are not offered; parameters are pushed instead (RFC 9126). */
export const checkRequestObject: Check = ({ request, request_uri }) => {
  if (request === undefined && request_uri === undefined) return
  throw new OAuthError('invalid_request', 'send plain parameters, or push them to the PAR endpoint first')
}
