/** What is known of an ESPI resource wherever it goes: in a feed, in the graph, in what is kept, and on the way back. */
export interface ResourceRow<Name extends string = string> {
  /** The schema that has it; the usage schema where both do. */
  vocabulary: 'usage' | 'customer'
  /** Its XSD type, where that has another name. */
  type?: string
  /** How some feeds spell it. */
  alsoWritten?: string
  /** The resource that took its place and says the same. */
  supersededBy?: Name
  /** The resources it hangs on in the graph, in the order in which they are tried; none for those on top. */
  hangsOn?: readonly Name[]
  /** The resources of the graph that refer to it, and without which it says nothing. */
  explains?: readonly Name[]
  /**
   * Later feeds refer to it without repeating it, so it is kept for them. What is `fetched` is also asked for by itself, where windows of
   * readings leave it out. What is `billed` is kept for feeds that bill the same days.
   */
  context?: 'kept' | 'fetched' | 'billed'
}

/**
 * Every resource of ESPI, and what else a document without Atom may consist of. With neither `hangsOn` nor `explains` it is no part of
 * the graph and refused by name; that costs its row, and its elements in `translate/fields/`. To become part of the graph it also needs a
 * member in `resolved.ts`, a join in `link/`, a translator and its way back, and a place in `canonical/` and the tree of `inspect`.
 */
export const resources = {
  UsagePoint: { vocabulary: 'usage', hangsOn: [], context: 'fetched' },
  MeterReading: { vocabulary: 'usage', hangsOn: ['UsagePoint'], context: 'fetched' },
  IntervalBlock: { vocabulary: 'usage', hangsOn: ['MeterReading'] },
  ReadingType: { vocabulary: 'usage', explains: ['MeterReading'], context: 'fetched' },
  // The customer schema has an element of each name for the type.
  LocalTimeParameters: {
    vocabulary: 'usage',
    type: 'TimeConfiguration',
    alsoWritten: 'TimeConfiguration',
    explains: ['UsagePoint'],
    context: 'fetched',
  },
  ProgramIdMappings: { vocabulary: 'usage', hangsOn: ['UsagePoint'], context: 'kept' },
  UsageSummary: { vocabulary: 'usage', hangsOn: ['UsagePoint'], context: 'billed' },
  // The deprecated form is the same up to `commodity`.
  ElectricPowerUsageSummary: {
    vocabulary: 'usage',
    supersededBy: 'UsageSummary',
    hangsOn: ['UsagePoint'],
    context: 'billed',
  },
  ElectricPowerQualitySummary: { vocabulary: 'usage', hangsOn: ['UsagePoint'] },

  Customer: { vocabulary: 'customer', hangsOn: [], context: 'kept' },
  CustomerAccount: { vocabulary: 'customer', hangsOn: ['Customer'], context: 'kept' },
  CustomerAgreement: { vocabulary: 'customer', hangsOn: ['CustomerAccount', 'Customer'], context: 'kept' },
  ServiceLocation: { vocabulary: 'customer', hangsOn: ['CustomerAgreement'], context: 'kept' },
  ServiceSupplier: { vocabulary: 'customer', hangsOn: ['CustomerAgreement'], context: 'kept' },
  ProgramDateIdMappings: { vocabulary: 'customer', hangsOn: ['CustomerAgreement'], context: 'kept' },
  // Below the service location (PG&E, UtilityAPI) or right below the agreement (SCE).
  Meter: { vocabulary: 'customer', hangsOn: ['ServiceLocation', 'CustomerAgreement'], context: 'kept' },
  EndDevice: { vocabulary: 'customer', hangsOn: ['ServiceLocation', 'CustomerAgreement'], context: 'kept' },
  // A sample of the reference implementation has the small letter.
  Statement: {
    vocabulary: 'customer',
    alsoWritten: 'statement',
    hangsOn: ['CustomerAccount', 'CustomerAgreement'],
    context: 'kept',
  },

  ApplicationInformation: { vocabulary: 'usage' },
  Authorization: { vocabulary: 'usage' },
  BatchList: { vocabulary: 'usage', type: 'BatchListType' },
  IntervalReading: { vocabulary: 'usage' },
  ReadingQuality: { vocabulary: 'usage' },
  ServiceCategory: { vocabulary: 'usage' },
  ServiceStatus: { vocabulary: 'usage' },
} as const satisfies Record<string, ResourceRow>

export type ResourceName = keyof typeof resources

/** The resources that are part of the graph. */
export type JoinedName = {
  [Name in ResourceName]: (typeof resources)[Name] extends { hangsOn: unknown } | { explains: unknown }
    ? Name
    : never
}[ResourceName]

/** The rows as one type. That the resources they name are rows themselves is checked here. */
const rows: Readonly<Record<ResourceName, ResourceRow<ResourceName>>> = resources

const names = Object.keys(rows) as ResourceName[]

/** The XSD type of each resource, by every name that feeds have for it. */
const types: ReadonlyMap<string, string> = new Map(
  names.flatMap((name) => writtenAs(name).map((written) => [written, rows[name].type ?? name])),
)

/** Other names of a resource, with the one that counts. */
export const otherNames: ReadonlyMap<string, ResourceName> = new Map(
  names.flatMap((name) => {
    const { alsoWritten, supersededBy } = rows[name]
    return [
      ...(alsoWritten === undefined ? [] : [[alsoWritten, name] as const]),
      ...(supersededBy === undefined ? [] : [[name, supersededBy] as const]),
    ]
  }),
)

/** The resources on which others hang. */
export const parentNames: ReadonlySet<ResourceName> = new Set(
  names.flatMap((name) => rows[name].hangsOn ?? []),
)

/** The names that feeds have for a resource. */
export function writtenAs(name: ResourceName): readonly string[] {
  const { alsoWritten } = rows[name]
  return alsoWritten === undefined ? [name] : [name, alsoWritten]
}

/** The resources whose row is as asked, by every name that feeds have for them. */
export function resourceNames(
  isWanted: (row: ResourceRow<ResourceName>) => boolean = () => true,
): ReadonlySet<string> {
  return new Set(names.filter((name) => isWanted(rows[name])).flatMap(writtenAs))
}

/** Whether a resource takes part in the graph that `resolveLinks` makes. */
export function isJoined({ hangsOn, explains }: ResourceRow): boolean {
  return (hangsOn ?? explains) !== undefined
}

/** The XSD type of an element: that of the resource of this name, else the name itself. */
export function typeOfElement(name: string): string {
  return types.get(name) ?? name
}
