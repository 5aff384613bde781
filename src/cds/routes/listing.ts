import type { Page, PageRequest } from '../../shared/page.ts'
import type { CustomerDataReader, View } from '../stores.ts'

/** What a listing does with a checked query: a page of objects, each as JSON text. */
export interface Listing<Filter> {
  path: string
  /** The name of the list in the envelope, e.g. `accounts`. */
  name: string
  parse(query: Readonly<Record<string, unknown>>): Filter
  list(
    reader: CustomerDataReader,
    views: readonly View[],
    filter: Filter,
    page: PageRequest,
  ): Promise<Page<string>>
}
