import { AuthorizationWithdrawnError, UpstreamError } from '../shared/errors.ts'
import { AccessRefusedError } from './errors.ts'
import type { FeedResponse } from './feed-response.ts'
import { fetchFeed } from './fetch-feed.ts'
import { type FreshTokenDeps, freshAccessToken } from './fresh-token.ts'
import type { UtilityAuthorization, UtilityAuthorizationStore } from './stores.ts'

export interface OpenFeedDeps extends FreshTokenDeps {
  store: Pick<UtilityAuthorizationStore, 'withTokens' | 'withdraw'>
}

/**
 * Asks for a resource of an authorization with a good token. 401 and 403 may mean no more than an old token: then the token
 * is renewed and the resource asked once more. A fresh token refused with 401 means that the customer withdrew; with 403,
 * that this resource is not ours to read, which leaves the rest of the authorization as it is.
 */
export async function openFeed(
  { id, utilityId }: Pick<UtilityAuthorization, 'id' | 'utilityId'>,
  url: string,
  deps: OpenFeedDeps,
): Promise<FeedResponse> {
  const { profile } = deps.getUtility(utilityId)
  const accessToken = await freshAccessToken(id, deps)
  const first = await attempt(() => fetchFeed(profile, { url, accessToken }, deps))
  if (!(first instanceof AccessRefusedError)) return first

  const renewedToken = await freshAccessToken(id, deps, accessToken)
  const second = await attempt(() => fetchFeed(profile, { url, accessToken: renewedToken }, deps))
  if (!(second instanceof AccessRefusedError)) return second

  if (second.status === 401) {
    await deps.store.withdraw(id, deps.clock.now())
    throw new AuthorizationWithdrawnError(`${utilityId} refuses a fresh token of authorization ${id}`)
  }
  throw new UpstreamError(`${utilityId} does not let authorization ${id} read a resource`, {
    utilityId,
    status: 403,
    permanent: true,
  })
}

async function attempt(ask: () => Promise<FeedResponse>): Promise<FeedResponse | AccessRefusedError> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof AccessRefusedError) return error
    throw error
  }
}
