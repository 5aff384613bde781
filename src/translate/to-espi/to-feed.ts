import type { AnyAccount, AnyServiceContract, AnyServicePoint } from '../../cds/wire/any-object.ts'
import type { WrittenEntry } from '../../espi/write-feed.ts'
import { type CdsObjects, datesOf, isOwnPoint, type ToEspiContext } from './cds-objects.ts'
import { toCustomerAccountParts, toCustomerParts } from './customer.ts'
import { toCustomerAgreementParts, toServiceLocationParts } from './customer-agreement.ts'
import { toMeterElement } from './meter.ts'
import { toMeterReadingEntries } from './meter-readings.ts'
import { type Place, type Places, placesOf } from './places.ts'
import { isPowerQuality, toPowerQualityParts } from './power-quality.ts'
import { toStreams } from './streams.ts'
import { espiParts, toElement } from './to-element.ts'
import { serviceTypeOf, toUsagePointEntries, usagePointHref } from './usage-point.ts'
import { toUsageSummaryParts } from './usage-summary.ts'

/** CDS objects become the entries of an ESPI feed, usage first. What ESPI cannot say is in `context.unsaid` afterwards. */
export function* toEspiEntries(objects: CdsObjects, context: ToEspiContext): Generator<WrittenEntry> {
  const places = placesOf(objects, context.unsaid)
  for (const statement of objects.billStatements) {
    // Ours are made of their sections.
    if (statement.espi_statement_date_source !== undefined) continue
    const object = `bill_statement ${statement.cds_billstatement_id}`
    context.unsaid.add(object, 'bill_statement', 'ESPI has no element for it; its sections are written')
  }
  yield* usageEntries(objects, places, context)
  yield* customerEntries(objects, places, context)
}

function* usageEntries(objects: CdsObjects, places: Places, context: ToEspiContext): Generator<WrittenEntry> {
  const { base, unsaid } = context
  const segments = Map.groupBy(objects.usageSegments, (segment) =>
    places.of(`usage_segment ${segment.cds_usagesegment_id}`, segment.related_servicepoints),
  )
  const sections = Map.groupBy(objects.billSections, (section) =>
    places.of(`bill_section ${section.cds_billsection_id}`, section.related_servicepoints),
  )
  const known = new Set<string>()
  for (const place of places.all) {
    const usagePoint = usagePointHref(place, base)
    yield* toUsagePointEntries(place, context)
    const { readings = [], summaries = [] } = Object.groupBy(segments.get(place) ?? [], (segment) =>
      isPowerQuality(segment) ? 'summaries' : 'readings',
    )
    const streams = toStreams(readings, serviceTypeOf(place), unsaid)
    for (const [at, stream] of streams.entries()) {
      yield* toMeterReadingEntries(stream, { usagePoint, number: at + 1, base, known })
    }
    const quality = toPowerQualityParts(summaries, unsaid)
    yield* partEntries('ElectricPowerQualitySummary', 'usage', quality, usagePoint)
    for (const section of sections.get(place) ?? []) {
      const element = toElement('UsageSummary', 'usage', toUsageSummaryParts(section, context))
      const up = `${usagePoint}/UsageSummary`
      const self = `${up}/${encodeURIComponent(section.cds_billsection_id)}`
      yield { self, up, ...datesOf(section), payload: { element } }
    }
  }
}

function* customerEntries(
  objects: CdsObjects,
  places: Places,
  context: ToEspiContext,
): Generator<WrittenEntry> {
  const customers = `${context.base}/RetailCustomer/1/Customer`
  const hrefs = new Map<string, string>()
  const contracts = Map.groupBy(objects.serviceContracts, (contract) => contract.cds_account_id)
  for (const account of objects.accounts) {
    const parts = toCustomerParts(account, context.unsaid)
    const key = parts && JSON.stringify(parts)
    const known = key === undefined ? undefined : hrefs.get(key)
    // Who tells nothing has a path all the same: nobody must take another's customer for it.
    const customer = known ?? `${customers}/${parts ? hrefs.size + 1 : `of-${account.cds_account_id}`}`
    if (parts && key !== undefined && known === undefined) {
      hrefs.set(key, customer)
      yield {
        self: customer,
        up: customers,
        ...datesOf(account),
        payload: { element: toElement('Customer', 'customer', parts) },
      }
    }
    const href = `${customer}/CustomerAccount/${encodeURIComponent(account.cds_account_id)}`
    yield accountEntry(account, href)
    yield* partEntries('Statement', 'customer', account.espi_statements ?? [], href)
    for (const contract of contracts.get(account.cds_account_id) ?? []) {
      yield* contractEntries(contract, href, { objects, places, context })
    }
    contracts.delete(account.cds_account_id)
  }
  for (const [id, rest] of contracts) {
    const href = `${customers}/of-${id}/CustomerAccount/${encodeURIComponent(id)}`
    for (const contract of rest) yield* contractEntries(contract, href, { objects, places, context })
  }
}

function accountEntry(account: AnyAccount, self: string): WrittenEntry {
  const element = toElement('CustomerAccount', 'customer', toCustomerAccountParts(account))
  return { self, up: upOf(self), ...datesOf(account), payload: { element } }
}

interface Around {
  objects: CdsObjects
  places: Places
  context: ToEspiContext
}

function* contractEntries(
  contract: AnyServiceContract,
  account: string,
  around: Around,
): Generator<WrittenEntry> {
  const { objects, context } = around
  const id = contract.cds_servicecontract_id
  const self = `${account}/CustomerAgreement/${encodeURIComponent(id)}`
  const points = objects.servicePoints.filter(({ current_servicecontracts, previous_servicecontracts }) =>
    [...current_servicecontracts, ...previous_servicecontracts].includes(id),
  )
  const isOurs = points.some(isOwnPoint)
  const parts = toCustomerAgreementParts(contract, isOurs, context)
  yield {
    self,
    up: upOf(self),
    ...datesOf(contract),
    payload: { element: toElement('CustomerAgreement', 'customer', parts) },
  }
  yield* partEntries('ServiceSupplier', 'customer', contract.espi_service_suppliers ?? [], self)
  yield* partEntries('ProgramDateIdMappings', 'customer', contract.espi_program_date_mappings ?? [], self)
  yield* locationEntries(points, self, around)
}

/** Carried resources that hang on another. */
function* partEntries(
  name: string,
  vocabulary: 'usage' | 'customer',
  carried: readonly object[],
  parent: string,
): Generator<WrittenEntry> {
  for (const [at, one] of carried.entries()) {
    const up = `${parent}/${name}`
    const payload = { element: toElement(name, vocabulary, espiParts(one)) }
    yield { self: `${up}/${at + 1}`, up, related: [parent], payload }
  }
}

/** Service points of one ServiceLocation share it again. One of this translation that came without a location gets none. */
function* locationEntries(
  points: readonly AnyServicePoint[],
  agreement: string,
  { objects, places, context }: Around,
): Generator<WrittenEntry> {
  const located = points.filter((point) => point.espi_service_location_id !== undefined || !isOwnPoint(point))
  const groups = Map.groupBy(located, (point) => point.espi_service_location_id ?? point.cds_servicepoint_id)
  for (const [id, here] of groups) {
    const self = `${agreement}/ServiceLocation/${encodeURIComponent(id)}`
    const hrefs = here.flatMap((point) => usagePointHrefs(point, places, context))
    const parts = toServiceLocationParts(here, hrefs, context)
    if (!parts) continue
    const ids = new Set(here.map((point) => point.cds_servicepoint_id))
    yield {
      self,
      up: upOf(self),
      ...datesOf(here[0] ?? {}),
      payload: { element: toElement('ServiceLocation', 'customer', parts) },
    }
    const meters = objects.meterDevices.filter((meter) =>
      meter.current_servicepoints.some((point) => ids.has(point)),
    )
    for (const meter of meters) {
      const element = toMeterElement(meter, context.unsaid)
      if (!element) continue
      const up = `${self}/${element.name}`
      yield {
        self: `${up}/${encodeURIComponent(meter.cds_meterdevice_id)}`,
        up,
        ...datesOf(meter),
        payload: { element },
      }
    }
  }
}

function usagePointHrefs(point: AnyServicePoint, places: Places, { base }: ToEspiContext): string[] {
  if (point.espi_service_location_id !== undefined && point.espi_usage_point_id === undefined) return []
  const place: Place | undefined = places.of(`service_point ${point.cds_servicepoint_id}`, [
    point.cds_servicepoint_id,
  ])
  return place ? [usagePointHref(place, base)] : []
}

function upOf(self: string): string {
  return self.slice(0, self.lastIndexOf('/'))
}
