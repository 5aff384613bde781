import type { Blocks } from './link/block-list.ts'
import type { Item } from './link/kin.ts'
import type { Entry, Resource } from './model.ts'

/** A usage point with what hangs on it. `item` is absent when only its readings came. */
export interface UsagePoint {
  key: string
  /** Its own path, holder and all, as it or what hangs on it tells; undefined where nothing does. */
  path: string | undefined
  item: Item | undefined
  localTime: Item | undefined
  /** More LocalTimeParameters of the same usage point. */
  otherTimes: Item[]
  meterReadings: MeterReading[]
  summaries: Item[]
  /** ElectricPowerQualitySummary, a kind of its own: it bills nothing. */
  qualitySummaries: Item[]
  /** ProgramIdMappings, the names of its codes for tou, cpp and consumptionTier. */
  programMappings: Item[]
}

/** A meter reading: the blocks of one reading type at one usage point. */
export interface MeterReading {
  item: Item | undefined
  readingType: Item | undefined
  blocks: Blocks
}

/** A customer account and its agreements; `customer` is who holds it. */
export interface CustomerAccount {
  /** Its own path, or that which its agreements give it where it has no entry; undefined where nothing does. */
  path: string | undefined
  item: Item | undefined
  customer: Item | undefined
  agreements: CustomerAgreement[]
  statements: Item[]
}

export interface CustomerAgreement {
  item: Item
  serviceLocations: ServiceLocation[]
  suppliers: Item[]
  programDates: Item[]
}

export interface ServiceLocation {
  item: Item
  /** Keys of the usage points it serves. */
  usagePoints: string[]
  meters: Item[]
}

/** All feeds joined: usage points with their readings, accounts with their agreements. */
export interface ResolvedFeed {
  usagePoints: UsagePoint[]
  accounts: CustomerAccount[]
  customersWithoutAccount: Item[]
  /** Entries whose parent nothing tells. */
  unresolved: { entry: Entry; name: string /** Of an IntervalBlock, its readings. */; count?: number }[]
  /** All LocalTimeParameters: usage points refer to them, and customers and service locations do. */
  localTimes: Item[]
  /** Entries that explain others, and that none of those refers to. */
  unused: { entry: Entry; name: string }[]
  /** Resources of kinds that take no part in the graph. */
  others: { entry: Entry; resource: Resource }[]
}
