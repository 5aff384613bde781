import { z } from 'zod'
import type { ServiceContractFilter } from '../stores.ts'
import { visibleServiceContract } from '../visible.ts'
import type { Listing } from './listing.ts'
import { parseQuery } from './parse-query.ts'
import { list, term } from './query.ts'

const query = z.object({
  cds_servicecontract_ids: list,
  account_numbers: list,
  contract_numbers: list,
  contract_statuses: list,
  contract_types: list,
  service_types: list,
  q: term,
})

/** CDS-WG3-01 §10.2.7 #service-contract-list */
export const serviceContractsListing: Listing<ServiceContractFilter> = {
  path: '/service-contracts',
  name: 'service_contracts',
  parse: (parameters) => {
    const asked = parseQuery(query, parameters)
    return {
      ids: asked.cds_servicecontract_ids,
      accountNumbers: asked.account_numbers,
      contractNumbers: asked.contract_numbers,
      statuses: asked.contract_statuses,
      types: asked.contract_types,
      serviceTypes: asked.service_types,
      q: asked.q,
    }
  },
  list: async (reader, views, filter, request) => {
    const page = await reader.listServiceContracts(views, filter, request)
    return { ...page, items: page.items.map((seen) => JSON.stringify(visibleServiceContract(seen, views))) }
  },
}
