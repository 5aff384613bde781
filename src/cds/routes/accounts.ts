import { z } from 'zod'
import type { AccountFilter } from '../stores.ts'
import { visibleAccount } from '../visible.ts'
import type { Listing } from './listing.ts'
import { parseQuery } from './parse-query.ts'
import { list, term } from './query.ts'

const query = z.object({
  cds_account_ids: list,
  customer_numbers: list,
  account_numbers: list,
  account_statuses: list,
  q: term,
})

/** CDS-WG3-01 §10.1.10 #accounts-list */
export const accountsListing: Listing<AccountFilter> = {
  path: '/accounts',
  name: 'accounts',
  parse: (parameters) => {
    const asked = parseQuery(query, parameters)
    return {
      ids: asked.cds_account_ids,
      customerNumbers: asked.customer_numbers,
      accountNumbers: asked.account_numbers,
      statuses: asked.account_statuses,
      q: asked.q,
    }
  },
  list: async (reader, views, filter, request) => {
    const page = await reader.listAccounts(views, filter, request)
    const parents = page.items.flatMap(({ object }) => object.cds_account_parent ?? [])
    const accounts = await reader.visibleIds(views, 'accounts', parents)
    return {
      ...page,
      items: page.items.map((seen) => JSON.stringify(visibleAccount(seen, views, { accounts }))),
    }
  },
}
