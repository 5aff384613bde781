import type { Page } from '../../shared/page.ts'
import type { Part } from '../pages/page.ts'
import type { CustomerDataReader, DataRequest, View } from '../stores.ts'

/** What a listing does with a checked query: a page of objects, each as parts of JSON text. */
export interface Listing<Filter> {
  path: string
  /** The name of the list in the envelope, e.g. `accounts`. */
  name: string
  parse(query: Readonly<Record<string, unknown>>): Filter
  list(
    reader: CustomerDataReader,
    views: readonly View[],
    filter: Filter,
    page: DataRequest,
  ): Promise<Page<readonly Part[]>>
}
