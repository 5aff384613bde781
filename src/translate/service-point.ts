import type { ServicePoint } from '../cds/wire/service-point.ts'
import { findElement, findText } from '../espi/elements.ts'
import type { Element } from '../espi/model.ts'
import type { ServiceLocation, UsagePoint } from '../espi/resolved.ts'
import { Decimal } from '../shared/decimal.ts'
import { toAddress } from './address.ts'
import { commodityOfService } from './measurement.ts'
import type { Refusals } from './refusals.ts'
import { serviceKindOf } from './service-contract.ts'
import type { Unstamped } from './translated.ts'

/** A usage point, its place, and the contracts that it serves or served. */
export interface ServicePointSource {
  servicePointId: string
  usagePoint: UsagePoint | undefined
  location: ServiceLocation | undefined
  currentContracts: string[]
  previousContracts: string[]
}

/** An ESPI UsagePoint at its ServiceLocation becomes a Service Point, CDS-WG3-01 §10.3.1 #service-point-format. */
export function toServicePoint(source: ServicePointSource, refusals: Refusals): Unstamped<ServicePoint> {
  const { usagePoint, location } = source
  return {
    cds_servicepoint_id: source.servicePointId,
    // ESPI ids are the custodian's, not what a customer sees.
    servicepoint_number: null,
    servicepoint_types: toServicePointTypes(usagePoint, location),
    servicepoint_address: toAddress(findElement(location?.item.element, 'mainAddress')) ?? null,
    ...toPosition(location, refusals),
    current_servicecontracts: source.currentContracts,
    previous_servicecontracts: source.previousContracts,
    premises: [],
  }
}

/** §10.3.2 #service-point-types */
function toServicePointTypes(
  usagePoint: UsagePoint | undefined,
  location: ServiceLocation | undefined,
): ServicePoint['servicepoint_types'] {
  const commodity = usagePoint && commodityOfService(serviceKindOf(usagePoint))
  const isVirtual = findText(usagePoint?.item?.element, 'isVirtual')
  const types: ServicePoint['servicepoint_types'] = commodity ? [commodity] : []
  if (isVirtual === 'true' || isVirtual === '1') types.push('virtual')
  else if (isVirtual !== undefined || location) types.push('physical')
  return types
}

/** ESPI PositionPoint: x is the longitude, y the latitude. */
function toPosition(
  location: ServiceLocation | undefined,
  refusals: Refusals,
): Pick<ServicePoint, 'latitude' | 'longitude'> {
  const point = findElement(location?.item.element, 'positionPoints')
  if (!location || !point) return { latitude: null, longitude: null }
  const latitude = degrees(point, 'yPosition', 90)
  const longitude = degrees(point, 'xPosition', 180)
  if (latitude && longitude) return { latitude, longitude }
  refusals.add('position_not_decimal', location.item.entry, 'ServiceLocation.positionPoints')
  return { latitude: null, longitude: null }
}

function degrees(point: Element, name: string, limit: number): Decimal | undefined {
  const value = Decimal.parse(findText(point, name) ?? '')
  return value && Math.abs(Number(value.toString())) <= limit ? value : undefined
}
