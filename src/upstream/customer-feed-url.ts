import { readAuthorization } from '../espi/read-authorization.ts'
import { UpstreamError } from '../shared/errors.ts'
import type { UtilityProfile } from '../utility/profile.ts'
import { type OpenFeedDeps, openFeed } from './open-feed.ts'
import type { UtilityAuthorization, UtilityAuthorizationStore } from './stores.ts'

export interface CustomerFeedUrlDeps extends OpenFeedDeps {
  store: OpenFeedDeps['store'] & Pick<UtilityAuthorizationStore, 'keepCustomerResourceUri'>
}

/**
 * Where the customer's own resources are: the token's `customerResourceURI`, else the one that the Authorization resource
 * names (which is kept). Undefined when the utility offers none.
 */
export async function customerFeedUrl(
  authorization: UtilityAuthorization,
  deps: CustomerFeedUrlDeps,
): Promise<string | undefined> {
  if (authorization.customerResourceUri !== null) return authorization.customerResourceUri
  const { profile } = deps.getUtility(authorization.utilityId)
  const found = (await fromAuthorization(authorization, deps)) ?? fromSubscription(authorization, profile)
  if (found !== undefined) await deps.store.keepCustomerResourceUri(authorization.id, found, deps.clock.now())
  return found
}

async function fromAuthorization(
  authorization: UtilityAuthorization,
  deps: CustomerFeedUrlDeps,
): Promise<string | undefined> {
  const { authorizationUri, utilityId } = authorization
  if (authorizationUri === null) return undefined
  const response = await openFeed(authorization, authorizationUri, deps).catch((error) => {
    // Custodians that give the Authorization to client tokens only answer 403 to the customer's.
    if (error instanceof UpstreamError && (error.status === 403 || error.status === 404)) return undefined
    throw error
  })
  if (response?.kind !== 'ready') return undefined
  const resource = await readAuthorization(response.body).catch((cause) => {
    throw new UpstreamError(`the Authorization resource of ${utilityId} is not readable`, {
      utilityId,
      cause,
    })
  })
  return resource.customerResourceUri
}

function fromSubscription(
  { resourceUri }: UtilityAuthorization,
  { quirks }: UtilityProfile,
): string | undefined {
  if (!quirks.customerUriFromSubscription) return undefined
  const url = URL.parse(resourceUri ?? '')
  if (!url?.pathname.includes('/Subscription/')) return undefined
  url.pathname = url.pathname.replace('/Subscription/', '/RetailCustomer/')
  return url.href
}
