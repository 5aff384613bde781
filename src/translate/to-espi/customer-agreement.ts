import type { AnyServiceContract, AnyServicePoint } from '../../cds/wire/any-object.ts'
import type { EspiObject } from '../../cds/wire/espi-object.ts'
import { wordOfStatus } from '../customer/status.ts'
import type { ToEspiContext } from './cds-objects.ts'
import { addressParts } from './customer.ts'
import { startOfDate } from './local-dates.ts'
import { espiParts, givenParts } from './to-element.ts'

/** A service contract becomes the parts of its CustomerAgreement; `isOurs` tells that its service points carry what ESPI said. */
export function toCustomerAgreementParts(
  contract: AnyServiceContract,
  isOurs: boolean,
  context: ToEspiContext,
): EspiObject {
  const ours = isOurs || contract.espi_customer_agreement !== undefined
  const programs = contract.espi_demand_response_programs?.map(espiParts)
  const parts = givenParts({
    ...(ours ? espiParts(contract.espi_customer_agreement) : partsOfAnother(contract, context)),
    DemandResponseProgram: programs,
    PricingStructures:
      contract.espi_pricing_structures ??
      [contract.rateplan_code, contract.rateplan_name].filter((text) => text !== undefined),
    agreementId: contract.contract_number ?? undefined,
  })
  return parts ?? {}
}

/** What the usage points, meters and customer of an agreement say of its services. */
const SERVICES = [
  'electric',
  'water',
  'natural_gas',
  'metered',
  'residential',
  'commercial',
  'industrial',
  'agriculture',
]

function partsOfAnother(
  contract: AnyServiceContract,
  { calendar, unsaid }: ToEspiContext,
): Record<string, EspiObject | undefined> {
  const { contract_start: first, contract_end: last } = contract
  const object = `service_contract ${contract.cds_servicecontract_id}`
  unsaid.addFields(object, contract, ['contract_entity', 'contract_address', 'service_programs'])
  unsaid.addWords(object, 'contract_types', contract.contract_types ?? [], ['utility_service'])
  unsaid.addWords(object, 'service_types', contract.service_types ?? [], SERVICES)
  if (contract.contract_status === 'stopped') {
    unsaid.add(object, 'contract_status stopped', 'the nearest word of ESPI is Closed')
  }
  const start = first === undefined || first === null ? undefined : startOfDate(first, calendar)
  const end = last === undefined || last === null ? undefined : startOfDate(last, calendar)
  const word = wordOfStatus(contract.contract_status)
  return {
    ...(word !== undefined && { status: { value: word } }),
    validityInterval:
      start === undefined
        ? undefined
        : { duration: String(end === undefined ? 0 : end - start), start: String(start) },
  }
}

/** The ServiceLocation that service points share; undefined where this translation knew of none. */
export function toServiceLocationParts(
  points: readonly AnyServicePoint[],
  usagePointHrefs: readonly string[],
  { unsaid }: ToEspiContext,
): EspiObject | undefined {
  const [point] = points
  if (!point) return undefined
  const object = `service_point ${point.cds_servicepoint_id}`
  const isOurs = point.espi_service_location_id !== undefined
  const { latitude, longitude } = point
  const parts = givenParts({
    ...(isOurs
      ? espiParts(point.espi_service_location)
      : { mainAddress: addressParts(point.servicepoint_address, object, unsaid) }),
    positionPoints:
      latitude && longitude ? { xPosition: String(longitude), yPosition: String(latitude) } : undefined,
    UsagePoints: givenParts({ UsagePoint: [...new Set(usagePointHrefs)] }),
  })
  return parts ?? {}
}
