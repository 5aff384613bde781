import type { AnyServicePoint } from '../../cds/wire/any-object.ts'
import type { EspiTariffRider } from '../../cds/wire/bill-extensions.ts'
import type { EspiObject } from '../../cds/wire/espi-object.ts'
import type { WrittenEntry } from '../../espi/write-feed.ts'
import { SERVICES } from '../usage/targets.ts'
import { datesOf, isOwnPoint, type ToEspiContext, toEpoch } from './cds-objects.ts'
import type { Place } from './places.ts'
import { espiParts, givenParts, toElement } from './to-element.ts'

/** The href of a usage point. */
export function usagePointHref({ key }: Place, base: string): string {
  return `${base}/Subscription/1/UsagePoint/${encodeURIComponent(key)}`
}

/** Service points become their UsagePoint, its LocalTimeParameters and ProgramIdMappings; nothing where they say nothing of one. */
export function toUsagePointEntries(place: Place, { base, unsaid }: ToEspiContext): WrittenEntry[] {
  const self = usagePointHref(place, base)
  const time = firstOf(place, ({ espi_local_time }) => espi_local_time)
  const mappings = firstOf(place, ({ espi_program_id_mappings }) => espi_program_id_mappings) ?? []
  const timeHref = `${base}/LocalTimeParameters/${encodeURIComponent(place.key)}`
  const parts =
    place.points.length === 0 || place.points.some(isOwnPoint)
      ? ownParts(place)
      : partsOfAnother(place, unsaid)
  const related = [...(time ? [timeHref] : []), `${self}/MeterReading`, `${self}/UsageSummary`]
  const dates = datesOf(place.points[0] ?? {})
  const point = { self, up: `${base}/Subscription/1/UsagePoint`, related, ...dates }
  return [
    // Local time and names of codes hang on the usage point's entry, even where that says nothing itself.
    ...(parts || time || mappings.length > 0
      ? [{ ...point, payload: { element: toElement('UsagePoint', parts ?? {}) } }]
      : []),
    ...(time ? [timeEntry(timeHref, self, time)] : []),
    ...mappings.map((mapping, at) => mappingEntry(self, at + 1, mapping)),
  ]
}

/** The service a place is for, in CDS words. */
export function serviceTypeOf({ points }: Place): string | undefined {
  const services: ReadonlySet<string> = new Set(SERVICES.values())
  return points.flatMap(({ servicepoint_types }) => servicepoint_types).find((type) => services.has(type))
}

function timeEntry(self: string, usagePoint: string, time: object): WrittenEntry {
  const payload = { element: toElement('LocalTimeParameters', espiParts(time)) }
  return { self, up: self.slice(0, self.lastIndexOf('/')), related: [usagePoint], payload }
}

function mappingEntry(usagePoint: string, number: number, mapping: object): WrittenEntry {
  const up = `${usagePoint}/ProgramIdMappings`
  const payload = { element: toElement('ProgramIdMappings', espiParts(mapping)) }
  return { self: `${up}/${number}`, up, related: [usagePoint], payload }
}

function ownParts(place: Place): EspiObject | undefined {
  const point = espiParts(firstOf(place, ({ espi_usage_point }) => espi_usage_point))
  const profile = firstOf(place, ({ espi_tariff_profile }) => espi_tariff_profile)
  const riders = firstOf(place, ({ espi_tariff_riders }) => espi_tariff_riders)
  return givenParts({
    ...point,
    serviceDeliveryPoint: givenParts({
      ...espiParts(point.serviceDeliveryPoint),
      tariffProfile: profile,
      tariffRiderRefs: riders && toTariffRiderRefs(riders),
    }),
  })
}

/** Rate options as ESPI has them. */
export function toTariffRiderRefs(riders: readonly EspiTariffRider[]): EspiObject | undefined {
  return givenParts({
    tariffRiderRef: riders.flatMap((rider) => {
      const { rider_type: riderType, enrollment_status: enrollmentStatus, effective_date: date } = rider
      return (
        givenParts({
          riderType,
          enrollmentStatus,
          effectiveDate: date === undefined ? undefined : String(toEpoch(date)),
        }) ?? []
      )
    }),
  })
}

function partsOfAnother({ points }: Place, unsaid: ToEspiContext['unsaid']): EspiObject | undefined {
  const [point] = points
  if (!point) return undefined
  const types: readonly string[] = point.servicepoint_types
  const kind = [...SERVICES].find(([, name]) => types.includes(name))?.[0]
  unsaid.addFields(`service_point ${point.cds_servicepoint_id}`, point, ['servicepoint_number', 'premises'])
  return {
    ...givenParts({
      ServiceCategory: kind === undefined ? undefined : { kind: String(kind) },
      isVirtual: types.includes('virtual') ? 'true' : undefined,
    }),
  }
}

function firstOf<T>({ points }: Place, pick: (point: AnyServicePoint) => T | undefined): T | undefined {
  return points.map(pick).find((found) => found !== undefined)
}
