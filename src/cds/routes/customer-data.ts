import { type RequestHandler, type Response, Router } from 'express'
import { accessOf } from '../../oauth/access.ts'
import type { Grant } from '../../oauth/stores.ts'
import type { CustomerDataReader } from '../stores.ts'
import { type FindScope, toViews } from '../views.ts'
import { accountsListing } from './accounts.ts'
import type { Listing } from './listing.ts'
import { meterDevicesListing } from './meter-devices.ts'
import { type CursorCodec, pageRequest, pageUrls } from './paging.ts'
import { serviceContractsListing } from './service-contracts.ts'
import { servicePointsListing } from './service-points.ts'
import { usageSegmentsListing } from './usage-segments.ts'

export interface CustomerDataDeps {
  reader: CustomerDataReader
  findScope: FindScope
  /** Base URL of the server, without a slash at its end. */
  publicUrl: string
  requireAccess: RequestHandler
  cursors: CursorCodec
}

/** CDS-WG3-01 §10: "If more than 100 … are available to be listed, Servers MAY truncate the list". */
const PAGE_LIMIT = 100

/** The five listings of customer data (CDS-WG3-01 §10 #api): filter, see, trim, page. No translation happens here. */
export function customerDataRoutes(deps: CustomerDataDeps): Router {
  const router = Router()
  addListing(router, accountsListing, deps)
  addListing(router, serviceContractsListing, deps)
  addListing(router, servicePointsListing, deps)
  addListing(router, meterDevicesListing, deps)
  addListing(router, usageSegmentsListing, deps)
  return router
}

function addListing<Filter>(router: Router, listing: Listing<Filter>, deps: CustomerDataDeps): void {
  router.get(listing.path, deps.requireAccess, async (request, response) => {
    const filter = listing.parse(request.query)
    const views = toViews(await withFuture(accessOf(response).grants, deps.reader), deps.findScope)
    const page = await listing.list(
      deps.reader,
      views,
      filter,
      pageRequest(request.query, PAGE_LIMIT, deps.cursors),
    )
    const { next, previous } = pageUrls(
      `${deps.publicUrl}${request.baseUrl}${listing.path}`,
      request.query,
      page,
      deps.cursors,
    )
    send(
      response,
      `{"${listing.name}":[${page.items.join(',')}],"next":${JSON.stringify(next)},"previous":${JSON.stringify(previous)}}`,
    )
  })
}

/**
 * CDS-WG3-01 §9.2.3.2 #contract-selection: "include future" adds the service contracts that came under the customer's control after
 * the grant was given.
 */
async function withFuture(grants: readonly Grant[], reader: CustomerDataReader): Promise<Grant[]> {
  return Promise.all(
    grants.map(async (grant) => {
      if (grant.selection === 'all' || !grant.selection.includeFuture) return grant
      const later = await reader.serviceContractsSince(grant.utilityAuthorizationIds, grant.created)
      const serviceContractIds = [...new Set([...grant.selection.serviceContractIds, ...later])]
      return { ...grant, selection: { ...grant.selection, serviceContractIds } }
    }),
  )
}

function send(response: Response, json: string): void {
  response.set('Content-Type', 'application/json; charset=utf-8')
  response.end(json)
}
