import type { Request } from 'express'
import { hashSecret } from '../shared/seal.ts'
import { OAuthError } from './errors.ts'
import type { OpenLimit } from './limits.ts'
import { notValid } from './open-access.ts'
import { addressOf, countOrRefuse } from './rate-limit.ts'
import type { OauthSettings } from './settings.ts'

/** The hash of the token in the `Authorization` header (RFC 6750 §2.1); we take none from a query or a form. */
export function hashOfBearer(request: Request): Buffer {
  const header = request.get('authorization')
  if (!header) {
    throw new OAuthError('invalid_token', 'no access token: send it as Authorization: Bearer <token>')
  }
  const match = /^bearer +([A-Za-z0-9._~+/=-]+) *$/i.exec(header)
  if (!match?.[1]) throw notValid()
  return hashSecret(match[1])
}

export interface CountFailuresDeps {
  openLimit: OpenLimit
  settings: Pick<OauthSettings, 'tokenFailuresPerHour'>
}

/** Runs what looks for a token; those that are not valid are counted by address (CDS-WG1-02 §11.3 #rate-limiting). */
export function failureCounter({ openLimit, settings }: CountFailuresDeps) {
  const failures = openLimit('unknown tokens of an address', settings.tokenFailuresPerHour)
  return async <T>(request: Request, find: () => Promise<T>): Promise<T> => {
    try {
      return await find()
    } catch (error) {
      const isUnknown = error instanceof OAuthError && error.code === 'invalid_token'
      if (isUnknown) await countOrRefuse(failures, addressOf(request))
      throw error
    }
  }
}
