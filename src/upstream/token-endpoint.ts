import {
  allowInsecureRequests,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  customFetch,
} from 'openid-client'
import { z } from 'zod'
import type { Clock } from '../shared/clock.ts'
import { UpstreamError } from '../shared/errors.ts'
import type { UtilityProfile } from '../utility/profile.ts'
import { type AskDeps, askUtility } from './ask-utility.ts'
import type { Utility } from './client.ts'
import { TokenRefusedError } from './errors.ts'
import { checkUrl } from './network.ts'
import { repairTokenResponse } from './repair-token-response.ts'
import { parseRetryAfter } from './retry-after.ts'

/** What every call of a token endpoint needs. */
export interface TokenDeps extends AskDeps {
  clock: Clock
}

/** How long a token request may take in all. */
export const TOKEN_REQUEST_SECONDS = 30
const BODY_BYTES = 256 * 1024

/** A utility becomes an OAuth client's configuration: no discovery, since hardly a custodian offers it. */
export function tokenEndpoint({ profile, client }: Utility, deps: TokenDeps): Configuration {
  const configuration = new Configuration(
    // The issuer is only compared with id tokens, which ESPI has none of.
    {
      issuer: new URL(profile.tokenUrl).origin,
      authorization_endpoint: profile.authorizeUrl,
      token_endpoint: profile.tokenUrl,
    },
    client.clientId,
    undefined,
    clientAuth(profile, client.clientSecret),
  )
  configuration.timeout = TOKEN_REQUEST_SECONDS
  configuration[customFetch] = (url, options) => post(url, options, { ...deps, profile })
  if (profile.environment === 'sandbox') allowInsecureRequests(configuration)
  return configuration
}

function clientAuth(profile: UtilityProfile, secret: string): ClientAuth {
  return profile.clientAuth === 'basic' ? ClientSecretBasic(secret) : ClientSecretPost(secret)
}

interface PostOptions {
  method: string
  headers: Record<string, string>
  body?: unknown
  signal?: AbortSignal | undefined
}

/** One call of the token endpoint. Every failure leaves here as an error of ours that repeats nothing of either body. */
async function post(
  url: string,
  options: PostOptions,
  { profile, ...deps }: TokenDeps & { profile: UtilityProfile },
): Promise<Response> {
  const question = {
    url: checkUrl(url, profile),
    method: 'POST',
    headers: options.headers,
    body: String(options.body),
    signal: options.signal,
  } as const
  const answer = await askUtility(profile, question, deps)
  const { status } = answer
  if (status === 429 || status >= 500 || (status >= 300 && status < 400)) {
    await answer.discard()
    const retryAfterMs = parseRetryAfter(answer.headers['retry-after'], deps.clock.now())
    throw new UpstreamError(`the token endpoint of ${profile.id} answered ${status}`, {
      utilityId: profile.id,
      status,
      fromTokenEndpoint: true,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    })
  }
  const text = await answer.text(BODY_BYTES)
  if (status >= 400) throw new TokenRefusedError(status, errorCode(text))
  return repairTokenResponse(text)
}

/** The codes of RFC 6749 §5.2, and `access_denied`, which custodians send for a withdrawn authorization. */
const errorBody = z.object({
  error: z.enum([
    'invalid_request',
    'invalid_client',
    'invalid_grant',
    'unauthorized_client',
    'unsupported_grant_type',
    'invalid_scope',
    'access_denied',
  ]),
})

function errorCode(text: string): string | undefined {
  try {
    return errorBody.safeParse(JSON.parse(text)).data?.error
  } catch {
    return undefined
  }
}
