import type { ListingApi } from '../wire/oauth-metadata.ts'

/** The lists of CDS-WG3-01 §10 #api that we serve, by the name they have on the wire. */
export const kindNames = [
  'accounts',
  'service_contracts',
  'service_points',
  'meter_devices',
  'bill_statements',
  'bill_sections',
] as const
export type KindName = (typeof kindNames)[number]

/** A field of CDS-WG3-01 §7.2 #auth-details-included-data that opens members of objects. */
export type Include = `include_${string}`

/** What a translated object says beside itself: the contract numbers behind its references, by id. */
export interface FacetContext {
  contractNumber(id: string): string | null | undefined
}

/**
 * What listings filter, search and order an object by, kept beside it: a member, or something in it. An empty list, like null, says
 * that this telling does not tell.
 */
export interface Facet<T> {
  of(object: T, context: FacetContext): string | readonly string[] | null | undefined
  /** Seen by those alone who may read the member. */
  opened?: Include | undefined
  /** Of several tellings all members count; otherwise the newest telling alone. */
  union?: boolean
}

/** A URL parameter of a listing. `sharesOne`: the facet is a list that has one of the values. `onOrBefore`, `onOrAfter`: a date. */
export interface Filter {
  facet: string
  test: 'oneOf' | 'sharesOne' | 'onOrBefore' | 'onOrAfter'
}

/** What a listing is ordered by, before the id that makes the order total. `orId`: the facet that stands in for a missing value. */
export type OrderKey = { by: 'modified' } | { by: string; orElse?: string; descending?: boolean }

/** Members that place an object between account, contract, service point and meter: by these a customer's selection decides on it. */
export interface Lineage {
  account?: string
  contract?: string
  point?: string
  meter?: string
}

/** One kind of customer data object: everything that is not its format and its translation. */
export interface Kind<T extends object = Record<string, unknown>> {
  name: KindName
  /** What documentation calls one of them, e.g. `Service Contract`. */
  title: string
  /** Its list in what a feed becomes (`Translated`). */
  translated: string
  /** Path of its listing under the base of the API. */
  path: `/${string}`
  /** Name of that URL in the server metadata, CDS-WG3-01 §5 #server-metadata. */
  api: ListingApi
  idMember: keyof T & string
  /** The field that adds these objects to a scope, CDS-WG3-01 §7.2. */
  addedBy: Include
  /** Optional members, and the field that opens each. A member of ours (`espi_…`) that is not named here stays closed. */
  opened: Partial<Record<keyof T & string, Include>>
  /** What each member of ours holds, as the documentation tells it; `quoted` words are code. */
  meanings: Partial<Record<keyof T & `espi_${string}`, string>>
  /** Lists collected from several resources: of several tellings all members count. Every other member is told whole by the newest. */
  unions: readonly (keyof T & string)[]
  /**
   * Members that name other objects: only those that the access shows. `list.member` is a member of each object in a list, optional
   * there: left out where it names nothing that the access shows.
   */
  relations: Partial<Record<(keyof T & string) | `${keyof T & string}.${string}`, KindName>>
  facets: Record<string, Facet<T>>
  /** Facets, or `id`. */
  lineage: Lineage
  /** URL parameters, each over a facet or `id`. */
  filters: Record<string, Filter>
  /** Facets that the search term `q` looks into, or `id`; undefined: this listing has no `q`. */
  search?: readonly string[]
  order: readonly OrderKey[]
  /** A window of usage tells some of them: those that it does not tell stay. Without it, each window tells all objects of the authorization. */
  perWindow?: true
  /** Fields of CDS-WG3-01 §7.3 #auth-details-duration that bound a facet which is a date. */
  range?: {
    from: { field: string; facet: string }
    to: { field: string; facet: string }
  }
}

/** A member of an object as a facet. */
export function member<T, Key extends keyof T>(key: Key, opened?: Include): Facet<T> {
  const of = (object: T) => object[key] as string | readonly string[] | null | undefined
  return { of, opened }
}
