import { type RequestHandler, Router } from 'express'
import type { Access } from '../../oauth/access.ts'
import { withCurrentAccess } from '../../oauth/current-access.ts'
import type { Grant } from '../../oauth/stores.ts'
import { kinds } from '../kinds/index.ts'
import type { CustomerDataReader, View } from '../stores.ts'
import { type FindScope, toViews } from '../views.ts'
import type { Listing } from './listing.ts'
import { objectListing } from './object-listing.ts'
import { type CursorCodec, pageRequest, pageUrls } from './paging.ts'
import { sendPage } from './send-page.ts'
import { usageSegmentsListing } from './usage-segments.ts'

export interface CustomerDataDeps {
  reader: CustomerDataReader
  findScope: FindScope
  /** Base URL of the server, without a slash at its end. */
  publicUrl: string
  /** One that keeps accesses: `requireCachedAccess`. */
  requireAccess: RequestHandler
  cursors: CursorCodec
}

/** CDS-WG3-01 §10: "If more than 100 … are available to be listed, Servers MAY truncate the list". */
const PAGE_LIMIT = 100

/** The listings of customer data (CDS-WG3-01 §10 #api): filter, see, trim, page. No translation happens here. */
export function customerDataRoutes(deps: CustomerDataDeps): Router {
  const router = Router()
  for (const kind of kinds) addListing(router, objectListing(kind), deps)
  addListing(router, usageSegmentsListing, deps)
  return router
}

function addListing<Filter>(router: Router, listing: Listing<Filter>, deps: CustomerDataDeps): void {
  router.get(listing.path, deps.requireAccess, async (request, response) => {
    const filter = listing.parse(request.query)
    const asked = pageRequest(request.query, PAGE_LIMIT, deps.cursors)
    const page = await withCurrentAccess(response, (access) =>
      listing.list(deps.reader, viewsOf(access, deps.findScope), filter, { ...asked, gate: access.gate }),
    )
    const { next, previous } = pageUrls(
      `${deps.publicUrl}${request.baseUrl}${listing.path}`,
      request.query,
      page,
      deps.cursors,
    )
    const items = page.items.flatMap((parts, index) => (index === 0 ? parts : [',', ...parts]))
    const end = `],"next":${JSON.stringify(next)},"previous":${JSON.stringify(previous)}}`
    await sendPage(request, response, [`{"${listing.name}":[`, ...items, end])
  })
}

/** Views of grants that are kept in memory: made once. */
const known = new WeakMap<readonly Grant[], View[]>()

function viewsOf({ grants }: Access, findScope: FindScope): View[] {
  const views = known.get(grants) ?? toViews(grants, findScope)
  known.set(grants, views)
  return views
}
