import { AuthorizationWithdrawnError, UpstreamError } from '../shared/errors.ts'
import { AccessRefusedError } from './errors.ts'
import type { FeedResponse } from './feed-response.ts'
import { fetchFeed } from './fetch-feed.ts'
import { type FreshTokenDeps, freshAccessToken } from './fresh-token.ts'
import type { UtilityAuthorization } from './stores.ts'

/** `signal` ends the request and the body: the time that the caller has. */
export type OpenFeedDeps = FreshTokenDeps & { signal?: AbortSignal }

type Asked = Pick<UtilityAuthorization, 'id' | 'utilityId'>

/**
 * Asks for a resource of an authorization with a good token. 401 and 403 may mean no more than an old token: then the token
 * is renewed and the resource asked once more.
 */
export async function openFeed(authorization: Asked, url: string, deps: OpenFeedDeps): Promise<FeedResponse> {
  const { id, utilityId } = authorization
  const { profile } = deps.getUtility(utilityId)
  const ask = (accessToken: string) => fetchFeed(profile, { url, accessToken }, deps).catch(toRefusal)

  const accessToken = await freshAccessToken(id, deps)
  const first = await ask(accessToken)
  if (!(first instanceof AccessRefusedError)) return first

  const renewed = await freshAccessToken(id, deps, accessToken)
  if (renewed === accessToken) return giveUp(authorization, first, deps)
  const second = await ask(renewed)
  if (!(second instanceof AccessRefusedError)) return second
  throw refused(utilityId, second)
}

/** A refusal is an answer to think about; every other error goes on. */
function toRefusal(error: unknown): AccessRefusedError {
  if (error instanceof AccessRefusedError) return error
  throw error
}

/** There is no newer token to be had: with 401, the customer must sign in again. */
async function giveUp(
  { id, utilityId }: Asked,
  refusal: AccessRefusedError,
  deps: OpenFeedDeps,
): Promise<never> {
  if (refusal.status === 403) throw refused(utilityId, refusal)
  await deps.store.withdraw(id, deps.clock.now())
  throw new AuthorizationWithdrawnError(`${utilityId} refuses the only token of authorization ${id}`)
}

/**
 * A new token, and refused: the token endpoint has just honoured the authorization, so that it is not withdrawn. 403 says that
 * this resource is not ours to read; 401, that something is amiss at the utility, which passes.
 */
function refused(utilityId: string, { status }: AccessRefusedError): UpstreamError {
  return new UpstreamError(`${utilityId} answered ${status} to a token it has just given`, {
    utilityId,
    status,
    permanent: status === 403,
  })
}
