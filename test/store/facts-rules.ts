import type { Kind, KindName } from '../../src/cds/kinds/kind.ts'
import type { ObjectFilter, View } from '../../src/cds/stores.ts'

/* The rules of `facts-model.ts`, one by one: values in, values out. */

/** A value of JSON text; numbers as they are written, behind a `#`. */
export type Plain = null | boolean | string | readonly Plain[] | { readonly [member: string]: Plain }
export type PlainObject = { readonly [member: string]: Plain }

/** A value as it reads in JSON text. */
export function plain(value: unknown): Plain {
  return fromText(JSON.stringify(value))
}

/** JSON text with its numbers as they are written. */
export function fromText(text: string): Plain {
  return JSON.parse(text, ((_: string, value: unknown, context?: { source: string }) =>
    typeof value === 'number' ? `#${context?.source}` : value) as (key: string, value: unknown) => unknown)
}

/** The same text for the same value, whatever the order of members. */
export function canonical(value: Plain): string {
  if (isList(value)) return `[${value.map(canonical).join(',')}]`
  if (!isObject(value)) return JSON.stringify(value)
  const members = Object.keys(value).sort()
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name] ?? null)}`).join(',')}}`
}

interface Fact {
  authorization: string
  id: string
  created: number
  modified: number
}

export interface ToldObject extends Fact {
  kind: KindName
  object: PlainObject
  /** What the row of its kind says that listings look at. */
  facets: Facets
}

export type Facets = Readonly<Record<string, readonly string[]>>

export interface ToldSeries {
  authorization: string
  key: string
  accountId: string | null
  accountNumber: string | null
  contractId: string | null
  contractNumber: string | null
  pointId: string | null
  meterIds: readonly string[]
  interval: string
  formats: readonly PlainObject[]
  modified: number
  synced: number
}

export interface ToldSegment extends Fact {
  series: string
  start: number
  end: number
  values: readonly (readonly Plain[])[]
}

/** A way from account to meter: what selections and preselections are about (CDS-WG3-01 §7.1 #auth-details-preselection). */
export interface Path {
  account?: string
  accountNumber?: string | undefined
  contract?: string
  contractNumber?: string | undefined
  serviceTypes?: readonly string[]
  point?: string
  pointNumber?: string | undefined
  premiseNumbers?: readonly string[]
  meter?: string
  meterNumber?: string | undefined
}

/** What a client is served: the id, and the object as it reads in the listing. */
export interface Served {
  id: string
  body: Plain
}

export interface SeenSeries extends ToldSeries {
  views: readonly View[]
  /** The fields of CDS-WG3-01 §7.2 of all views over the authorization. */
  opens: ReadonlySet<string>
}

export interface Candidate {
  fact: ToldSegment
  series: SeenSeries
  /** How much of the segment lies in the visible range, milliseconds. */
  covered: number
}

export interface Cut {
  start: number
  end: number
  formats: readonly PlainObject[]
  values: Plain
}

/** Of tellings with the same id: what covers more of the visible range, then the newest, then the smaller authorization id. */
export function isBetter(a: Candidate, b: Candidate): boolean {
  if (a.fact.authorization === b.fact.authorization) return false
  if (a.covered !== b.covered) return a.covered > b.covered
  if (a.fact.modified !== b.fact.modified) return a.fact.modified > b.fact.modified
  return a.fact.authorization < b.fact.authorization
}

/** The intervals of a segment, each with the views whose range holds it whole (CDS-WG3-01 §7.3.6, §7.3.7). */
export function intervalsOf({ fact, series }: Pick<Candidate, 'fact' | 'series'>) {
  const step = Number(series.interval) * 1000
  return fact.values.map((set, place) => {
    const [start, end] = [fact.start + place * step, fact.start + (place + 1) * step]
    const views = series.views.filter(
      ({ segmentStart, segmentEnd }) =>
        (segmentStart === undefined || start >= segmentStart.getTime()) &&
        (segmentEnd === undefined || end <= segmentEnd.getTime()),
    )
    return { set, start, end, views }
  })
}

/** An interval of a type is shown if one view shows both; what nobody shows is null between others, and gone at the ends. */
export function cut(one: Candidate): Cut {
  const intervals = intervalsOf(one)
  while (intervals[0]?.views.length === 0) intervals.shift()
  while (intervals.at(-1)?.views.length === 0) intervals.pop()
  const { formats } = one.series
  const shows = (views: readonly View[], column: number) =>
    views.some(({ valueTypes }) => {
      if (valueTypes === 'all' || valueTypes === 'none') return valueTypes === 'all'
      return valueTypes.has(String(formats[column]?.type))
    })
  const columns = formats
    .map((_, column) => column)
    .filter((column) => intervals.some(({ views }) => shows(views, column)))
  const values = intervals.map(({ set, views }) =>
    columns.map((column) => (shows(views, column) ? (set[column] ?? null) : null)),
  )
  return {
    start: intervals[0]?.start ?? NaN,
    end: intervals.at(-1)?.end ?? NaN,
    formats: columns.map((column) => movedIndexes(formats[column] ?? {}, columns)),
    values: columns.length === 0 ? [] : values,
  }
}

/** A cost column names columns by their place: those that are left, at their new places. */
function movedIndexes(format: PlainObject, columns: readonly number[]): PlainObject {
  if (!isList(format.indexes)) return format
  const places = format.indexes.map((index) => columns.indexOf(Number(String(index).slice(1))))
  return { ...format, indexes: places.filter((place) => place >= 0).map((place) => `#${place}`) }
}

/** By the numbers that the newest visible telling tells; the id stands in for a number that nobody tells. */
export function placeOf({ accountId, contractId }: ToldSeries, all: readonly ToldSeries[]) {
  const ofAccount = all.filter((each) => each.accountId === accountId)
  const ofContract = all.filter((each) => each.contractId === contractId)
  return {
    account: newestNumber('account', ofAccount) ?? accountId ?? '',
    contract: newestNumber('contract', ofContract) ?? contractId ?? '',
  }
}

export function newestNumber(of: 'account' | 'contract', series: readonly ToldSeries[]): string | undefined {
  const telling = [...series].sort(newestFirst).find((each) => each[`${of}Number`] !== null)
  return telling?.[`${of}Number`] ?? undefined
}

type Newest = Pick<Fact, 'authorization' | 'modified'>

/** The latest change first; of two in one moment, that of the smaller authorization id. */
export function newestFirst(a: Newest, b: Newest): number {
  return b.modified - a.modified || compareTexts(a.authorization, b.authorization)
}

/** Per member: lists of types by union, all else by the newest telling that tells it; null, empty or absent is not told. */
export function mergeMembers(kind: Kind, newestFirst: readonly PlainObject[]): PlainObject {
  const merged: Record<string, Plain> = {}
  for (const member of new Set(newestFirst.flatMap((object) => Object.keys(object)))) {
    const told = newestFirst.flatMap((object) => (member in object ? [object[member] ?? null] : []))
    const first = told.find((value) => value !== null && !(isList(value) && value.length === 0))
    merged[member] = first ?? told[0] ?? null
    if (!(kind.unions as readonly string[]).includes(member)) continue
    const union: Plain[] = []
    for (const entry of told.flatMap((value) => (isList(value) ? value : []))) {
      if (!union.some((other) => canonical(other) === canonical(entry))) union.push(entry)
    }
    merged[member] = union
  }
  return merged
}

/** An entry of a list whose member names other objects; left out where it names none that is seen. */
export function onlyIn(entry: Plain, member: string, only: (ids: Plain) => Plain): Plain {
  if (!isObject(entry) || entry[member] === undefined) return entry
  const { [member]: ids = null, ...rest } = entry
  const left = only(ids)
  return left === null || (isList(left) && left.length === 0) ? rest : { ...rest, [member]: left }
}

export function facetsOf(
  kind: Kind,
  object: PlainObject,
  contractNumber: (id: string) => string | null | undefined,
): Facets {
  const lists = Object.entries(kind.facets).map(([name, facet]) => {
    const value = facet.of(object, { contractNumber })
    return [name, value === null || value === undefined ? [] : [value].flat()] as const
  })
  return Object.fromEntries(lists)
}

/** As members: by the newest telling that tells it, or of all. */
export function mergeFacet(kind: Kind, name: string, newestFirst: readonly Facets[]): readonly string[] {
  const told = newestFirst.map((facets) => facets[name] ?? []).filter((values) => values.length > 0)
  return kind.facets[name]?.union ? told.flat() : (told[0] ?? [])
}

type FacetsBy = (name: string) => readonly string[]

export function passesFilter(kind: Kind, facets: FacetsBy, { lists, dates, q }: ObjectFilter): boolean {
  const listed = Object.entries(lists).every(([name, values]) =>
    facets(kind.filters[name]?.facet ?? '').some((value) => values.includes(value)),
  )
  const dated = Object.entries(dates).every(([name, date]) => {
    const filter = kind.filters[name]
    const [value] = facets(filter?.facet ?? '')
    return value !== undefined && (filter?.test === 'onOrBefore' ? value <= date : value >= date)
  })
  const isFound = (term: string) =>
    (kind.search ?? []).flatMap(facets).some((text) => text.toLowerCase().includes(term.toLowerCase()))
  return listed && dated && (q === undefined || isFound(q))
}

interface Merged {
  id: string
  modified: number
  facets: FacetsBy
}

export function compareBy(kind: Kind, a: Merged, b: Merged): number {
  for (const key of kind.order) {
    if (key.by === 'modified') {
      if (a.modified !== b.modified) return b.modified - a.modified
      continue
    }
    const { by, orElse, descending } = key as { by: string; orElse?: string; descending?: boolean }
    const text = ({ facets }: Merged) =>
      facets(by)[0] ?? (orElse === undefined ? '' : (facets(orElse)[0] ?? ''))
    const order = compareTexts(text(a), text(b)) * (descending ? -1 : 1)
    if (order !== 0) return order
  }
  return compareTexts(a.id, b.id)
}

/** CDS-WG3-01 §7.3.2 to §7.3.5 */
export function isInDates(kind: Kind, facets: Facets, { dates }: View): boolean {
  if (!kind.range) return true
  const { from, to } = kind.range
  const [first, last] = [dates[from.field], dates[to.field]]
  const [begin, end] = [facets[from.facet]?.[0], facets[to.facet]?.[0]]
  return (
    (first === undefined || (begin !== undefined && begin >= first)) &&
    (last === undefined || (end !== undefined && end <= last))
  )
}

export function isOver(view: View, authorization: string): boolean {
  return (view.utilityAuthorizationIds as readonly string[]).includes(authorization)
}

export function showsEverything({ contracts, only }: View): boolean {
  return contracts === 'all' && Object.values(only).every((values) => values === undefined)
}

export function pointPasses(path: Path, { only }: View): boolean {
  return (
    isOneOf(path.pointNumber, only.servicepointNumbers) && sharesOne(path.premiseNumbers, only.premiseNumbers)
  )
}

export function meterPasses(path: Path, { only }: View): boolean {
  return isOneOf(path.meterNumber, only.meterNumbers)
}

export function accountPart(account: PlainObject) {
  return { account: String(account.cds_account_id), accountNumber: textIn(account.account_number) }
}

export function contractPart(contract: PlainObject): Path {
  return {
    account: String(contract.cds_account_id),
    accountNumber: textIn(contract.account_number),
    contract: String(contract.cds_servicecontract_id),
    contractNumber: textIn(contract.contract_number),
    serviceTypes: stringsIn(contract.service_types),
  }
}

export function pointPart(point: PlainObject): Path {
  const premises = isList(point.premises) ? point.premises : []
  return {
    point: String(point.cds_servicepoint_id),
    pointNumber: textIn(point.servicepoint_number),
    premiseNumbers: premises.map((premise) => String((premise as PlainObject).premise_number)),
  }
}

export function meterPart(meter: PlainObject): Path {
  return { meter: String(meter.cds_meterdevice_id), meterNumber: textIn(meter.meter_number) }
}

export function namedBy(object: PlainObject, what: 'servicecontracts' | 'servicepoints'): string[] {
  const ids = [...stringsIn(object[`current_${what}`]), ...stringsIn(object[`previous_${what}`])]
  return [...new Set(ids)]
}

export function isOneOf(value: string | undefined, list: readonly string[] | undefined): boolean {
  return list === undefined || (value !== undefined && list.includes(value))
}

export function sharesOne(
  values: readonly string[] | undefined,
  list: readonly string[] | undefined,
): boolean {
  return list === undefined || (values ?? []).some((value) => list.includes(value))
}

export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

export function datetime(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z')
}

function textIn(value: Plain | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

export function stringsIn(value: Plain | undefined): string[] {
  return isList(value) ? value.filter((each) => typeof each === 'string') : []
}

export function isList(value: Plain | undefined): value is readonly Plain[] {
  return Array.isArray(value)
}

function isObject(value: Plain): value is PlainObject {
  return typeof value === 'object' && value !== null && !isList(value)
}
