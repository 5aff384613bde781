import type { Account } from '../cds/wire/account.ts'
import type { BillSection } from '../cds/wire/bill-section.ts'
import type { BillStatement } from '../cds/wire/bill-statement.ts'
import type { Entity } from '../cds/wire/entity.ts'
import type { MeterDevice } from '../cds/wire/meter-device.ts'
import type { Stamp } from '../cds/wire/primitives.ts'
import type { ServiceContract } from '../cds/wire/service-contract.ts'
import type { ServicePoint } from '../cds/wire/service-point.ts'
import type { UsageSegment } from '../cds/wire/usage-segment.ts'
import type { Identify } from '../shared/ids.ts'
import type { SegmentLength } from '../shared/segment-length.ts'
import type { Billing } from '../utility/quirks.ts'
import type { Span } from './span.ts'

/** An object as on the wire, all optional members known to us filled in, before the store stamps it. */
export type Unstamped<T> = Omit<T, Stamp>

/** One thing of a feed that did not get through, or that somebody should look at (`isNoticed`), by name. `value` may be personal data: it never goes to a log. */
export interface Refused {
  /** Why, from the closed list of `docs/espi-to-cds.md`, e.g. `unknown_uom`. */
  code: string
  /** The Atom entry: its `self` link, else its id, else `entry 12`. */
  entry: string
  /** The ESPI element, e.g. `ReadingType.uom`. */
  field: string
  value?: string | undefined
  /** What it means and what to do, one sentence, without the value. */
  detail: string
  /** How many records of the same entry met the same fate. */
  count: number
}

/** What a translation must know and cannot read in the feed. */
export interface TranslateContext {
  /** Natural key to id on the wire, stable and silent (`shared/ids.ts`). */
  identify: Identify
  /**
   * Names the customer's authorization: part of the key of whatever carries no number of its own. Undefined for a file from disk: then
   * the path that the feed gives it is its key, holder and all.
   */
  authorizationKey: string | undefined
  /** IANA zone of the utility: where a usage segment's day or month begins. */
  timezone: string
  /** What one usage segment covers, default a local day. */
  segmentLength?: SegmentLength
  /** The utility as an Entity object, or null when unknown (a file from disk). */
  entity: Entity | null
  /** ISO 4217 code where the feed names none. */
  currency?: string
  /** Page that documents the programs of service contracts (CDS-WG3-01 §10.2.5 `documentation`); without it they are only carried. */
  programDocumentation?: string | undefined
  /** How the utility departs from ESPI in its bills, `quirks.billing`. */
  billing?: Billing | undefined
  /**
   * The stretch of time that was asked for. Without one, all readings are translated.
   */
  window?: Window
}

/**
 * A stretch of whole local days, or months, that a custodian is asked for, one of those that `history` is cut into. Custodians send
 * whole blocks, even months: readings outside the window and inside the history are passed over, not refused, because
 * another window brings their segment whole. What lies outside the history was never asked for; it is translated as it comes.
 */
export interface Window extends Span {
  history: Span
}

/** What a feed became. Nothing else came of it: what is neither here nor in `refused` was not in the feed. */
export interface Translated {
  accounts: Unstamped<Account>[]
  serviceContracts: Unstamped<ServiceContract>[]
  servicePoints: Unstamped<ServicePoint>[]
  meterDevices: Unstamped<MeterDevice>[]
  billStatements: Unstamped<BillStatement>[]
  billSections: Unstamped<BillSection>[]
  usageSegments: Unstamped<UsageSegment>[]
  refused: Refused[]
}
