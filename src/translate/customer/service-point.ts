import type { ServicePoint } from '../../cds/wire/service-point.ts'
import { childrenOf, findElement, findText } from '../../espi/elements.ts'
import type { Element } from '../../espi/model.ts'
import type { ServiceLocation, UsagePoint } from '../../espi/resolved.ts'
import { Decimal } from '../../shared/decimal.ts'
import type { Carrier } from '../carry.ts'
import { booleanOf } from '../read-text.ts'
import type { Refusals } from '../refusals.ts'
import { serviceKindOf } from '../service-kind.ts'
import type { Unstamped } from '../translated.ts'
import { commodityOfService } from '../usage/measurement.ts'
import { toAddress } from './address.ts'
import { tariffProfileOf, tariffRidersOf } from './rate-plan.ts'

/** A usage point, its place, and the contracts that it serves or served. */
export interface ServicePointSource {
  servicePointId: string
  /** The usage point's own identity, which several service points may share; undefined for a place without one. */
  usagePointId: string | undefined
  locationId: string | undefined
  usagePoint: UsagePoint | undefined
  location: ServiceLocation | undefined
  currentContracts: string[]
  previousContracts: string[]
}

/** An ESPI UsagePoint at its ServiceLocation becomes a Service Point, CDS-WG3-01 §10.3.1 #service-point-format. */
export function toServicePoint(
  source: ServicePointSource,
  { refusals, carrier }: { refusals: Refusals; carrier: Carrier },
): Unstamped<ServicePoint> {
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
    ...toRateOptions(source),
    ...carriedOf(source, carrier),
  }
}

type RateOptions = Pick<ServicePoint, 'espi_tariff_profile' | 'espi_tariff_riders'>

/** The contract tells the rate options of all its usage points together. */
function toRateOptions({ usagePoint }: ServicePointSource): RateOptions {
  if (!usagePoint) return {}
  const profile = tariffProfileOf(usagePoint)
  const riders = tariffRidersOf(usagePoint)
  return {
    ...(profile !== undefined && { espi_tariff_profile: profile }),
    ...(riders.length > 0 && { espi_tariff_riders: riders }),
  }
}

function carriedOf(
  { usagePointId, locationId, usagePoint, location }: ServicePointSource,
  carrier: Carrier,
): Pick<
  ServicePoint,
  | 'espi_usage_point_id'
  | 'espi_usage_point'
  | 'espi_local_time'
  | 'espi_service_location_id'
  | 'espi_service_location'
  | 'espi_program_id_mappings'
> {
  const ofPoint = usagePoint?.item && carrier.carry(usagePoint.item)
  const ofTime = usagePoint?.localTime && carrier.carry(usagePoint.localTime)
  const ofLocation = location && carrier.carry(location.item)
  const mappings = (usagePoint?.programMappings ?? [])
    .map((item) => carrier.carry(item))
    .filter((carried) => carried !== undefined)
  return {
    ...(usagePointId !== undefined && { espi_usage_point_id: usagePointId }),
    ...(ofPoint && { espi_usage_point: ofPoint }),
    ...(ofTime && { espi_local_time: ofTime }),
    ...(locationId !== undefined && { espi_service_location_id: locationId }),
    ...(ofLocation && { espi_service_location: ofLocation }),
    ...(mappings.length > 0 && { espi_program_id_mappings: mappings }),
  }
}

/** §10.3.2 #service-point-types */
function toServicePointTypes(
  usagePoint: UsagePoint | undefined,
  location: ServiceLocation | undefined,
): ServicePoint['servicepoint_types'] {
  const commodity = usagePoint && commodityOfService(serviceKindOf(usagePoint))
  const isVirtual = booleanOf(findText(usagePoint?.item?.element, 'isVirtual'))
  const types: ServicePoint['servicepoint_types'] = commodity ? [commodity] : []
  if (isVirtual) types.push('virtual')
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
  const others = childrenOf(location.item.element, point.name).length - 1
  if (others > 0) {
    refusals.add('position_second', location.item.entry, 'ServiceLocation.positionPoints', undefined, others)
  }
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
