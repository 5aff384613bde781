import type { AccessGate } from '../oauth/access.ts'
import type { UtilityAuthorizationId } from '../shared/ids.ts'
import type { Json } from '../shared/json.ts'
import type { Page, PageRequest } from '../shared/page.ts'
import type { Include, KindName } from './kinds/kind.ts'

/**
 * What one scope of one grant lets a client see: which objects, which of their optional members, from when to when.
 * `cds/views.ts` makes it from the grant; the store asks only which objects match; what it finds is cut to the view afterwards.
 */
export interface View {
  utilityAuthorizationIds: readonly UtilityAuthorizationId[]
  /** The service contracts the customer selected (CDS-WG3-01 §9.2.3.2) and those first met after `since`, or all, present and future. */
  contracts: 'all' | { ids: readonly string[]; since?: Date }
  shows: ReadonlySet<KindName | 'usage_segments'>
  /** Preselection fields of direct access scopes, which filter (CDS-WG3-01 §6.2, §7.1). `undefined`: no filter. */
  only: {
    accountNumbers?: readonly string[]
    contractNumbers?: readonly string[]
    serviceTypes?: readonly string[]
    servicepointNumbers?: readonly string[]
    premiseNumbers?: readonly string[]
    meterNumbers?: readonly string[]
  }
  /** The fields of CDS-WG3-01 §7.2 that this scope has: they open optional members. */
  includes: ReadonlySet<Include>
  /** Value types shown, CDS-WG3-01 §7.2.8.1; `none` leaves `formats` and `values` empty. */
  valueTypes: 'all' | 'none' | ReadonlySet<string>
  /** CDS-WG3-01 §7.3.6 and §7.3.7; `undefined`: unbounded. */
  segmentStart?: Date
  segmentEnd?: Date
  /** Dates of the other fields of CDS-WG3-01 §7.3 that bound objects, e.g. `statement_date_start`; absent: unbounded. */
  dates: Readonly<Record<string, string>>
}

/** What one authorization at a utility told of an object, and the numbers (indexes) of the views over it that show it. */
export interface Telling {
  utilityAuthorizationId: string
  object: { readonly [member: string]: Json }
  modified: Date
  views: readonly number[]
}

/** An object with its stamps, as all the authorizations told it that the views show. */
export interface Told {
  id: string
  created: Date
  modified: Date
  synced: Date
  tellings: readonly Telling[]
}

/** What the segments of one series have in common. */
export interface Series {
  accountId: string | null
  contractId: string | null
  servicePointId: string | null
  meterDeviceIds: readonly string[]
  /** Seconds, as text. */
  interval: string
  /** JSON text of the formats array. */
  formats: string
  synced: Date
}

/** A stored usage segment and the numbers of the views that show some of it; its values as a piece, times in epoch milliseconds. */
export interface SeenSegment {
  id: string
  series: Series
  start: number
  end: number
  created: number
  modified: number
  values: { bytes: Buffer; textBytes: number; crc: number }
  views: readonly number[]
  /** Bill sections that the access may read and whose period has a part in common with the segment, the earlier first. */
  billSections: readonly string[]
}

/** The URL parameters of a listing, checked: lists, dates as `2026-01-31`, and the search term. */
export interface ObjectFilter {
  lists: Readonly<Record<string, readonly string[]>>
  dates: Readonly<Record<string, string>>
  q?: string | undefined
}

export interface UsageSegmentFilter {
  ids?: readonly string[] | undefined
  before?: Date | undefined
  after?: Date | undefined
  accountIds?: readonly string[] | undefined
  accountNumbers?: readonly string[] | undefined
  contractIds?: readonly string[] | undefined
  contractNumbers?: readonly string[] | undefined
  servicePointIds?: readonly string[] | undefined
  servicepointNumbers?: readonly string[] | undefined
  meterDeviceIds?: readonly string[] | undefined
  meterNumbers?: readonly string[] | undefined
  billSectionIds?: readonly string[] | undefined
}

/** Ids that an access may read, by kind: what a `related_…` list may name. */
export type VisibleIds = ReadonlyMap<KindName, ReadonlySet<string>>

/** A page of usage, with the ids that its segments name and the access may read. */
export interface SegmentPage extends Page<SeenSegment> {
  visible: VisibleIds
}

/** Which page, and the gate of the access that asks: where it no longer holds, there is a `StaleAccessError` and no data. */
export interface DataRequest extends PageRequest {
  gate?: AccessGate
}

/** The read side of customer data. Every call takes the views: there is no way to ask without them. */
export interface CustomerDataReader {
  listObjects(
    kind: KindName,
    views: readonly View[],
    filter: ObjectFilter,
    page: DataRequest,
  ): Promise<Page<Told>>
  listUsageSegments(
    views: readonly View[],
    filter: UsageSegmentFilter,
    page: DataRequest,
  ): Promise<SegmentPage>
  /** Of these ids, the ones that some view shows. */
  visibleIds(views: readonly View[], named: ReadonlyMap<KindName, readonly string[]>): Promise<VisibleIds>
}
