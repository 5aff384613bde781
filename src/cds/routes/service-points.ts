import { z } from 'zod'
import type { ServicePointFilter } from '../stores.ts'
import { visibleServicePoint } from '../visible.ts'
import type { Listing } from './listing.ts'
import { parseQuery } from './parse-query.ts'
import { list, term } from './query.ts'

const query = z.object({
  cds_servicepoint_ids: list,
  servicepoint_numbers: list,
  current_servicecontracts: list,
  previous_servicecontracts: list,
  q: term,
})

/** CDS-WG3-01 §10.3.5 #service-point-list */
export const servicePointsListing: Listing<ServicePointFilter> = {
  path: '/service-points',
  name: 'service_points',
  parse: (parameters) => {
    const asked = parseQuery(query, parameters)
    return {
      ids: asked.cds_servicepoint_ids,
      numbers: asked.servicepoint_numbers,
      currentServiceContracts: asked.current_servicecontracts,
      previousServiceContracts: asked.previous_servicecontracts,
      q: asked.q,
    }
  },
  list: async (reader, views, filter, request) => {
    const page = await reader.listServicePoints(views, filter, request)
    const named = page.items.flatMap(({ object }) => [
      ...object.current_servicecontracts,
      ...object.previous_servicecontracts,
    ])
    const serviceContracts = await reader.visibleIds(views, 'serviceContracts', named)
    return {
      ...page,
      items: page.items.map((seen) => JSON.stringify(visibleServicePoint(seen, views, { serviceContracts }))),
    }
  },
}
