import { kindOf, kinds } from '../../src/cds/kinds/index.ts'
import type { Kind, KindName } from '../../src/cds/kinds/kind.ts'
import type { ObjectFilter, UsageSegmentFilter, View } from '../../src/cds/stores.ts'
import type { Translated } from '../../src/translate/translated.ts'
import {
  accountPart,
  type Candidate,
  type Cut,
  canonical,
  compareBy,
  compareTexts,
  contractPart,
  cut,
  datetime,
  type Facets,
  facetsOf,
  intervalsOf,
  isBetter,
  isInDates,
  isList,
  isOneOf,
  isOver,
  mergeFacet,
  mergeMembers,
  meterPart,
  meterPasses,
  namedBy,
  newestFirst,
  newestNumber,
  onlyIn,
  type Path,
  type Plain,
  type PlainObject,
  passesFilter,
  placeOf,
  plain,
  pointPart,
  pointPasses,
  type SeenSeries,
  type Served,
  sharesOne,
  showsEverything,
  stringsIn,
  type ToldObject,
  type ToldSegment,
  type ToldSeries,
} from './facts-rules.ts'

/*
 * What clients see of facts that belong to authorizations, as plainly as it can be said: arrays, loops and comparisons. It is the measure
 * of the store and of what reads it, so it uses nothing of them; the table of kinds is the table of rules.
 */

export class FactsModel {
  #objects: ToldObject[] = []
  #series: ToldSeries[] = []
  #segments: ToldSegment[] = []
  #synced = new Map<string, number>()
  #met = new Map<string, Map<string, number>>()

  /** One window of an authorization: all objects that it has now, and usage of some of its days. */
  tell(authorization: string, translated: Translated, at: number): void {
    this.#synced.set(authorization, at)
    this.#tellObjects(authorization, translated, at)
    this.#tellUsage(authorization, translated, at)
  }

  /** A customer declined, or ended the authorization: what it told is gone. */
  erase(authorization: string): void {
    const others = <T extends { authorization: string }>(facts: T[]) =>
      facts.filter((fact) => fact.authorization !== authorization)
    this.#objects = others(this.#objects)
    this.#series = others(this.#series)
    this.#segments = others(this.#segments)
    this.#synced.delete(authorization)
    this.#met.delete(authorization)
  }

  /** When an authorization first told something: what goes and comes back is not new. */
  #firstMet(authorization: string, what: string, at: number): number {
    const known = this.#met.get(authorization) ?? new Map<string, number>()
    this.#met.set(authorization, known)
    known.set(what, known.get(what) ?? at)
    return known.get(what) ?? at
  }

  /** Objects of a kind that are told again stay what they are; those that are no longer told go. */
  #tellObjects(authorization: string, translated: Translated, at: number): void {
    const before = this.#objects.filter((fact) => fact.authorization === authorization)
    // Bills come with the window that they fall into: those of other windows stay.
    const isGone = (fact: ToldObject) =>
      fact.authorization === authorization && kindOf(fact.kind).perWindow !== true
    this.#objects = this.#objects.filter((fact) => !isGone(fact))
    const contractNumber = (wanted: string) =>
      translated.serviceContracts.find(({ cds_servicecontract_id: id }) => id === wanted)?.contract_number
    for (const kind of kinds) {
      for (const told of translated[kind.translated as keyof Translated] as readonly object[]) {
        const object = plain(told) as PlainObject
        const id = String(object[kind.idMember])
        const known = before.find((fact) => fact.kind === kind.name && fact.id === id)
        const isSame = known !== undefined && canonical(known.object) === canonical(object)
        const modified = isSame ? known.modified : at
        const facets = facetsOf(kind, told as PlainObject, contractNumber)
        const created = this.#firstMet(authorization, `${kind.name} ${id}`, at)
        this.#objects = this.#objects.filter((fact) => fact !== known)
        this.#objects.push({ authorization, kind: kind.name, id, object, facets, created, modified })
      }
    }
  }

  /** Segments take the place of those with their id; other segments stay, other series too while they have some. */
  #tellUsage(authorization: string, translated: Translated, at: number): void {
    for (const told of translated.usageSegments) {
      const segment = plain(told) as Record<string, Plain>
      const series = this.#tellSeries(authorization, { translated, segment, at })
      const [start, end] = [Date.parse(told.segment_start), Date.parse(told.segment_end)]
      const id = told.cds_usagesegment_id
      const known = this.#segments.find((fact) => fact.authorization === authorization && fact.id === id)
      const content = { series: series.key, start, end, values: segment.values as ToldSegment['values'] }
      const isSame =
        known !== undefined &&
        known.series === series.key &&
        known.start === start &&
        known.end === end &&
        canonical(known.values) === canonical(content.values)
      if (isSame) continue
      this.#segments = this.#segments.filter((fact) => fact !== known)
      this.#segments.push({ authorization, id, created: known?.created ?? at, modified: at, ...content })
    }
    this.#series = this.#series.filter((series) =>
      this.#segments.some(
        (fact) => fact.authorization === series.authorization && fact.series === series.key,
      ),
    )
  }

  #tellSeries(
    authorization: string,
    { translated, segment, at }: { translated: Translated; segment: Record<string, Plain>; at: number },
  ): ToldSeries {
    const [accountId, contractId, pointId] = [
      'related_accounts',
      'related_servicecontracts',
      'related_servicepoints',
    ].map((member) => stringsIn(segment[member])[0] ?? null) as [string | null, string | null, string | null]
    const meterIds = stringsIn(segment.related_meterdevices)
    const interval = String(segment.interval).slice(1)
    const formats = segment.formats as readonly PlainObject[]
    const key = JSON.stringify([accountId, contractId, pointId, meterIds, interval, JSON.stringify(formats)])
    const account = translated.accounts.find((each) => each.cds_account_id === accountId)
    const contract = translated.serviceContracts.find((each) => each.cds_servicecontract_id === contractId)
    const accountNumber = account?.account_number ?? null
    const contractNumber = contract?.contract_number ?? null
    const known = this.#series.find((each) => each.authorization === authorization && each.key === key)
    if (known) {
      const isSame = known.accountNumber === accountNumber && known.contractNumber === contractNumber
      return Object.assign(known, {
        accountNumber,
        contractNumber,
        modified: isSame ? known.modified : at,
        synced: at,
      })
    }
    const series = {
      authorization,
      key,
      accountId,
      accountNumber,
      contractId,
      contractNumber,
      pointId,
      meterIds,
      interval,
      formats,
      modified: at,
      synced: at,
    }
    this.#series.push(series)
    return series
  }

  /** A listing of objects, whole and in its order. */
  listObjects(name: KindName, views: readonly View[], filter: ObjectFilter): Served[] {
    const kind = kindOf(name)
    const merged = [...new Set(this.#objects.filter((fact) => fact.kind === name).map(({ id }) => id))]
      .map((id) => this.#merge(kind, id, views))
      .filter((object) => object !== undefined)
      .filter((object) => passesFilter(kind, object.readableFacets, filter))
    return merged.sort((a, b) => compareBy(kind, a, b)).map(({ id, served }) => ({ id, body: served }))
  }

  /** Each telling is cut to what the views over its authorization open; then the tellings are merged. */
  #merge(kind: Kind, id: string, views: readonly View[]) {
    const tellings = this.#objects
      .filter((fact) => fact.kind === kind.name && fact.id === id)
      .map((fact) => ({ fact, views: views.filter((view) => this.#isShown(kind, fact, view)) }))
      .filter((telling) => telling.views.length > 0)
      .sort((a, b) => newestFirst(a.fact, b.fact))
    const newest = tellings[0]
    if (!newest) return undefined
    const opened = tellings.map(({ fact, views }) => {
      const includes = new Set<string>(views.flatMap((view) => [...view.includes]))
      const isOpen = ([member]: [string, unknown]) => {
        const include = kind.opened[member]
        return include === undefined ? !member.startsWith('espi_') : includes.has(include)
      }
      const isOpenFacet = ([facet]: [string, unknown]) => includes.has(kind.facets[facet]?.opened ?? '')
      const facets = Object.entries(fact.facets).filter(
        (entry) => kind.facets[entry[0]]?.opened === undefined || isOpenFacet(entry),
      )
      return {
        object: Object.fromEntries(Object.entries(fact.object).filter(isOpen)),
        facets: Object.fromEntries(facets),
      }
    })
    const readable = mergeMembers(
      kind,
      opened.map(({ object }) => object),
    )
    const facetsBy = (list: readonly Facets[]) => (name: string) =>
      name === 'id' ? [id] : mergeFacet(kind, name, list)
    const readableFacets = facetsBy(opened.map(({ facets }) => facets))
    const facets = facetsBy(tellings.map(({ fact }) => fact.facets))
    const modified = Math.max(...tellings.map(({ fact }) => fact.modified))
    const stamps = {
      cds_created: datetime(Math.min(...tellings.map(({ fact }) => fact.created))),
      cds_modified: datetime(modified),
      cds_synced: datetime(
        Math.max(...tellings.map(({ fact }) => this.#synced.get(fact.authorization) ?? 0)),
      ),
    }
    return {
      id,
      modified,
      readableFacets,
      facets,
      served: { ...this.#onlyVisible(kind, readable, views), ...stamps },
    }
  }

  /** Members that name other objects name only those that the client sees (CDS-WG3-01 §7.1, §10). */
  #onlyVisible(kind: Kind, object: PlainObject, views: readonly View[]): PlainObject {
    const trimmed: Record<string, Plain> = { ...object }
    for (const [relation, other] of Object.entries(kind.relations) as [string, KindName][]) {
      const [member = '', inner] = relation.split('.')
      const value = object[member]
      if (value === undefined) continue
      const isVisible = (id: Plain) => this.isVisible(other, id, views)
      const only = (ids: Plain) => (isList(ids) ? ids.filter(isVisible) : isVisible(ids) ? ids : null)
      trimmed[member] =
        inner === undefined
          ? only(value)
          : isList(value)
            ? value.map((entry) => onlyIn(entry, inner, only))
            : value
    }
    return trimmed
  }

  /** Whether some view shows an object through some authorization. */
  isVisible(name: KindName, id: Plain, views: readonly View[]): boolean {
    const tellings = this.#objects.filter((fact) => fact.kind === name && fact.id === id)
    return tellings.some((fact) => views.some((view) => this.#isShown(kindOf(name), fact, view)))
  }

  #isShown(kind: Kind, { authorization, id, facets }: ToldObject, view: View): boolean {
    if (!isOver(view, authorization) || !view.shows.has(kind.name)) return false
    if (!isInDates(kind, facets, view)) return false
    if (showsEverything(view)) return true
    return this.#paths(authorization).some(
      (path) =>
        Object.entries(kind.lineage).every(([place, facet]) => {
          const own = path[place as 'account' | 'contract' | 'point' | 'meter']
          const values = facet === 'id' ? [id] : (facets[facet] ?? [])
          return own !== undefined && values.includes(own)
        }) &&
        this.#contractPasses(authorization, path, view) &&
        pointPasses(path, view) &&
        meterPasses(path, view),
    )
  }

  /** CDS-WG3-01 §9.2.3.2 #contract-selection: the chosen contracts, and with "include future" those first told later. */
  #contractPasses(authorization: string, path: Path, { contracts, only }: View): boolean {
    if (contracts !== 'all') {
      const { ids, since } = contracts
      const contract = this.#objects.find(
        (fact) =>
          fact.authorization === authorization &&
          fact.kind === 'service_contracts' &&
          fact.id === path.contract,
      )
      const isFuture = since !== undefined && contract !== undefined && contract.created > since.getTime()
      if (!isFuture && !(path.contract !== undefined && ids.includes(path.contract))) return false
    }
    return (
      isOneOf(path.accountNumber, only.accountNumbers) &&
      isOneOf(path.contractNumber, only.contractNumbers) &&
      sharesOne(path.serviceTypes, only.serviceTypes)
    )
  }

  #told(authorization: string, kind: KindName): readonly PlainObject[] {
    return this.#objects
      .filter((fact) => fact.authorization === authorization && fact.kind === kind)
      .map(({ object }) => object)
  }

  #paths(authorization: string): Path[] {
    const accounts = this.#told(authorization, 'accounts').map(accountPart)
    const contracts = this.#told(authorization, 'service_contracts').map((contract) => {
      const account = accounts.find((each) => each.account === contract.cds_account_id)
      return { ...contractPart(contract), ...(account?.accountNumber === undefined ? {} : account) }
    })
    const points = this.#told(authorization, 'service_points')
    const meters = this.#told(authorization, 'meter_devices')
    const paths: Path[] = []
    for (const point of points) {
      const named = namedBy(point, 'servicecontracts').map(
        (id) => contracts.find(({ contract }) => contract === id) ?? { contract: id },
      )
      const here = meters.filter((meter) =>
        namedBy(meter, 'servicepoints').includes(String(point.cds_servicepoint_id)),
      )
      for (const contract of named.length > 0 ? named : [{}]) {
        for (const meter of here.length > 0 ? here.map(meterPart) : [{}]) {
          paths.push({ ...contract, ...pointPart(point), ...meter })
        }
      }
    }
    for (const meter of meters) {
      const elsewhere = namedBy(meter, 'servicepoints')
      const untold = elsewhere.filter((id) => !points.some((each) => each.cds_servicepoint_id === id))
      for (const point of untold) paths.push({ point, ...meterPart(meter) })
      if (elsewhere.length === 0) paths.push(meterPart(meter))
    }
    const alone = contracts.filter(({ contract }) => !paths.some((path) => path.contract === contract))
    const without = accounts.filter(
      ({ account }) => !contracts.some((contract) => contract.account === account),
    )
    return [...paths, ...alone, ...without]
  }

  /** The usage listing, whole and in its order (CDS-WG3-01 §10.8.8 #usage-segment-list). */
  listUsage(views: readonly View[], filter: UsageSegmentFilter): Served[] {
    const series = this.#visibleSeries(views)
    const candidates = series.flatMap((each) => this.#candidates(each))
    const shown = candidates.filter(
      (one) => !candidates.some((other) => other.fact.id === one.fact.id && isBetter(other, one)),
    )
    return shown
      .map((one) => ({ one, cut: cut(one), keys: placeOf(one.series, series) }))
      .filter(({ one, cut }) => this.#passesUsageFilter(one, cut, { all: series, filter, views }))
      .sort(
        (a, b) =>
          compareTexts(a.keys.account, b.keys.account) ||
          compareTexts(a.keys.contract, b.keys.contract) ||
          a.cut.start - b.cut.start ||
          b.one.fact.modified - a.one.fact.modified ||
          compareTexts(a.one.fact.id, b.one.fact.id),
      )
      .map(({ one, cut }) => ({ id: one.fact.id, body: this.#usageBody(one, cut, views) }))
  }

  /** Series with the views that show them. */
  #visibleSeries(views: readonly View[]): SeenSeries[] {
    return this.#series
      .map((series) => ({
        ...series,
        views: views.filter((view) => this.#showsSeries(view, series)),
        opens: new Set(
          views.filter((view) => isOver(view, series.authorization)).flatMap((view) => [...view.includes]),
        ),
      }))
      .filter((series) => series.views.length > 0)
  }

  #showsSeries(view: View, series: ToldSeries): boolean {
    const { authorization, accountId, contractId, pointId, meterIds, formats } = series
    if (!isOver(view, authorization) || !view.shows.has('usage_segments')) return false
    // What the customer no longer shares at the utility is shown to nobody.
    const points = this.#told(authorization, 'service_points')
    if (pointId !== null && !points.some((each) => each.cds_servicepoint_id === pointId)) return false
    const { valueTypes } = view
    if (valueTypes instanceof Set && !formats.some(({ type }) => valueTypes.has(String(type)))) return false
    if (showsEverything(view)) return true
    const paths = this.#paths(authorization)
    const ofContract = paths.filter((path) =>
      contractId === null
        ? view.contracts === 'all' && accountId !== null && path.account === accountId
        : path.contract === contractId,
    )
    const ofPoint = paths.filter((path) => pointId !== null && path.point === pointId)
    const ofMeters = paths.filter((path) => path.meter !== undefined && meterIds.includes(path.meter))
    const { servicepointNumbers, premiseNumbers, meterNumbers } = view.only
    return (
      ofContract.some((path) => this.#contractPasses(authorization, path, view)) &&
      ((!servicepointNumbers && !premiseNumbers) || ofPoint.some((path) => pointPasses(path, view))) &&
      (!meterNumbers || ofMeters.some((path) => meterPasses(path, view)))
    )
  }

  /** The segments of a series of which some view shows a whole interval at least. */
  #candidates(series: SeenSeries): Candidate[] {
    const [from, to] = [
      Math.min(...series.views.map(({ segmentStart }) => segmentStart?.getTime() ?? -Infinity)),
      Math.max(...series.views.map(({ segmentEnd }) => segmentEnd?.getTime() ?? Infinity)),
    ]
    return this.#segments
      .filter((fact) => fact.authorization === series.authorization && fact.series === series.key)
      .map((fact) => ({
        fact,
        series,
        covered: Math.min(fact.end, to) - Math.max(fact.start, from),
      }))
      .filter((one) => intervalsOf(one).some(({ views }) => views.length > 0))
  }

  /** CDS-WG3-01 §10.8.8: the URL parameters intersect. A number that may not be read finds nothing. */
  #passesUsageFilter(
    { fact, series }: Candidate,
    { start, end }: Cut,
    {
      all,
      filter,
      views,
    }: { all: readonly SeenSeries[]; filter: UsageSegmentFilter; views: readonly View[] },
  ): boolean {
    const { accountId, contractId, pointId, meterIds } = series
    const number = (of: 'account' | 'contract', id: string | null) =>
      id === null
        ? undefined
        : newestNumber(
            of,
            all.filter((each) => each[`${of}Id`] === id && each.opens.has(`include_${of}_numbers`)),
          )
    return (
      isOneOf(fact.id, filter.ids) &&
      (filter.before === undefined || start <= filter.before.getTime()) &&
      (filter.after === undefined || end >= filter.after.getTime()) &&
      isOneOf(accountId ?? undefined, filter.accountIds) &&
      isOneOf(number('account', accountId), filter.accountNumbers) &&
      isOneOf(contractId ?? undefined, filter.contractIds) &&
      isOneOf(number('contract', contractId), filter.contractNumbers) &&
      isOneOf(pointId ?? undefined, filter.servicePointIds) &&
      isOneOf(this.#numberOf('service_points', pointId, all), filter.servicepointNumbers) &&
      sharesOne(meterIds, filter.meterDeviceIds) &&
      sharesOne(this.#sectionsOf({ fact, series }, { start, end }, views), filter.billSectionIds) &&
      sharesOne(
        meterIds.flatMap((id) => this.#numberOf('meter_devices', id, all) ?? []),
        filter.meterNumbers,
      )
    )
  }

  /** The number of a service point or a meter, by the newest telling behind the visible series that name it. */
  #numberOf(
    kind: 'service_points' | 'meter_devices',
    id: string | null,
    series: readonly SeenSeries[],
  ): string | undefined {
    const isPoint = kind === 'service_points'
    const naming = series.filter(({ pointId, meterIds, opens }) =>
      isPoint ? pointId === id : meterIds.includes(id ?? '') && opens.has('include_meter_numbers'),
    )
    const tellings = this.#objects.filter(
      (fact) =>
        fact.kind === kind &&
        fact.id === id &&
        naming.some(({ authorization }) => authorization === fact.authorization),
    )
    const numbers = tellings
      .sort(newestFirst)
      .map(({ object }) => object[isPoint ? 'servicepoint_number' : 'meter_number'])
    return numbers.find((number) => typeof number === 'string')
  }

  /** Bill sections of the service point, told and seen through the same authorization, whose period overlaps what is shown. */
  #sectionsOf(
    { fact: { authorization }, series }: Pick<Candidate, 'fact' | 'series'>,
    { start, end }: Pick<Cut, 'start' | 'end'>,
    views: readonly View[],
  ): string[] {
    const kind = kindOf('bill_sections')
    const sections = this.#objects.filter(
      (section) =>
        section.kind === kind.name &&
        section.authorization === authorization &&
        views.some((view) => this.#isShown(kind, section, view)) &&
        series.pointId !== null &&
        (section.facets.points ?? []).includes(series.pointId) &&
        (section.facets.account?.[0] ?? null) === series.accountId &&
        Date.parse(section.facets.period_start?.[0] ?? '') < end &&
        Date.parse(section.facets.period_end?.[0] ?? '') > start,
    )
    const text = ({ facets }: ToldObject, facet: string) => facets[facet]?.[0] ?? ''
    return sections
      .sort(
        (a, b) =>
          compareTexts(text(a, 'period_start'), text(b, 'period_start')) ||
          compareTexts(text(a, 'period_end'), text(b, 'period_end')) ||
          compareTexts(a.id, b.id),
      )
      .map(({ id }) => id)
  }

  #usageBody(
    { fact, series }: Candidate,
    { start, end, formats, values }: Cut,
    views: readonly View[],
  ): Plain {
    const visible = (kind: KindName, ids: readonly (string | null)[]) =>
      ids.filter((id) => id !== null && this.isVisible(kind, id, views))
    return {
      cds_usagesegment_id: fact.id,
      cds_created: datetime(fact.created),
      cds_modified: datetime(fact.modified),
      cds_synced: datetime(series.synced),
      related_aggregations: [],
      related_accounts: visible('accounts', [series.accountId]),
      related_servicecontracts: visible('service_contracts', [series.contractId]),
      related_servicepoints: visible('service_points', [series.pointId]),
      related_meterdevices: visible('meter_devices', series.meterIds),
      related_billsections: this.#sectionsOf({ fact, series }, { start, end }, views),
      segment_start: datetime(start),
      segment_end: datetime(end),
      interval: `#${series.interval}`,
      formats: formats.map(({ related_meterdevices: many, related_meterdevice: one, ...format }) => ({
        ...format,
        ...(many === undefined ? {} : { related_meterdevices: visible('meter_devices', stringsIn(many)) }),
        ...(this.isVisible('meter_devices', one ?? null, views) && one !== undefined
          ? { related_meterdevice: one }
          : {}),
      })),
      values,
    }
  }
}
