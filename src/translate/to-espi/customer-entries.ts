import type { AnyAccount, AnyServiceContract, AnyServicePoint } from '../../cds/wire/any-object.ts'
import type { WrittenEntry } from '../../espi/write-feed.ts'
import { type CdsObjects, datesOf, isOwnPoint, type ToEspiContext } from './cds-objects.ts'
import { toCustomerAccountParts, toCustomerParts } from './customer.ts'
import { toCustomerAgreementParts, toServiceLocationParts } from './customer-agreement.ts'
import { toMeterElement } from './meter.ts'
import { partEntries } from './part-entries.ts'
import type { Place, Places } from './places.ts'
import { toElement } from './to-element.ts'
import { usagePointHref } from './usage-point.ts'

/** Accounts become customers and their accounts, and with their contracts what hangs on these. */
export function* customerEntries(
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
        payload: { element: toElement('Customer', parts) },
      }
    }
    const href = `${customer}/CustomerAccount/${encodeURIComponent(account.cds_account_id)}`
    yield accountEntry(account, href)
    yield* partEntries('Statement', account.espi_statements ?? [], href)
    for (const contract of contracts.get(account.cds_account_id) ?? []) {
      yield* contractEntries(contract, href, { objects, places, context })
    }
    contracts.delete(account.cds_account_id)
  }
  for (const [id, rest] of contracts) {
    const href = `${customers}/of-${id}/CustomerAccount/${encodeURIComponent(id)}`
    for (const contract of rest) yield* contractEntries(contract, href, { objects, places, context })
  }
  sayApart(objects, context)
}

/** ESPI has a place and its meters below an agreement: of another server's, without a contract, they cannot be said. */
function sayApart(
  { serviceContracts, servicePoints, meterDevices }: CdsObjects,
  { unsaid }: ToEspiContext,
): void {
  const contracts = new Set(serviceContracts.map((contract) => contract.cds_servicecontract_id))
  const apart = servicePoints.filter(
    (point) =>
      !isOwnPoint(point) &&
      ![...point.current_servicecontracts, ...point.previous_servicecontracts].some((id) =>
        contracts.has(id),
      ),
  )
  const detail = 'ESPI has it below an agreement, and no contract of the place is here'
  for (const point of apart) {
    const { servicepoint_address: address, latitude, longitude } = point
    const object = `service_point ${point.cds_servicepoint_id}`
    if (address) unsaid.add(object, 'servicepoint_address', detail)
    if (latitude || longitude) unsaid.add(object, 'latitude, longitude', detail)
  }
  const ids = new Set(apart.map((point) => point.cds_servicepoint_id))
  for (const { cds_meterdevice_id: id, meter_number, current_servicepoints } of meterDevices) {
    if (meter_number && current_servicepoints.some((point) => ids.has(point))) {
      unsaid.add(`meter_device ${id}`, 'meter_number', detail)
    }
  }
}

function accountEntry(account: AnyAccount, self: string): WrittenEntry {
  const element = toElement('CustomerAccount', toCustomerAccountParts(account))
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
    payload: { element: toElement('CustomerAgreement', parts) },
  }
  yield* partEntries('ServiceSupplier', contract.espi_service_suppliers ?? [], self)
  yield* partEntries('ProgramDateIdMappings', contract.espi_program_date_mappings ?? [], self)
  yield* locationEntries(points, self, around)
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
      payload: { element: toElement('ServiceLocation', parts) },
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
