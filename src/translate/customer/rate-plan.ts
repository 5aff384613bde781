import type { EspiTariffRider } from '../../cds/wire/bill-extensions.ts'
import type { ServiceContract } from '../../cds/wire/service-contract.ts'
import { childrenOf, findElement, findText } from '../../espi/elements.ts'
import type { CustomerAgreement, UsagePoint } from '../../espi/resolved.ts'
import { toTariffRiders } from './tariff-riders.ts'

type RatePlan = Pick<
  ServiceContract,
  | 'rateplan_code'
  | 'rateplan_name'
  | 'espi_pricing_structures'
  | 'espi_tariff_profiles'
  | 'espi_tariff_riders'
>

/**
 * CDS-WG3-01 §10.2.1 `rateplan_code` and `rateplan_name`. The code is the first CustomerAgreement.PricingStructures: a URI, whose last
 * segment names it, or in Ontario plain text. The name is a second one that differs, else the usage point's tariffProfile, which is
 * the code where there is no other. All PricingStructures are carried as written, none at all as an empty list, so that nobody takes a
 * tariffProfile for one; tariff profiles where code and name do not say them.
 */
export function toRatePlan(agreement: CustomerAgreement, usagePoints: readonly UsagePoint[]): RatePlan {
  const written = childrenOf(agreement.item.element, 'PricingStructures').map(({ text }) => text.trim())
  const profiles = distinctTexts(usagePoints.map((point) => tariffProfileOf(point) ?? ''))
  const [first, second] = distinctTexts(written).map(lastSegment)
  const code = first ?? profiles[0]
  const name = second ?? (first === undefined ? undefined : profiles[0])
  const riders = usagePoints.flatMap(tariffRidersOf)
  const isSaid = (text: string): boolean => text === code || text === name
  return {
    ...(code !== undefined && { rateplan_code: code }),
    ...(name !== undefined && { rateplan_name: name }),
    ...((written.length > 0 || code !== undefined) && { espi_pricing_structures: written }),
    ...(!profiles.every(isSaid) && { espi_tariff_profiles: profiles }),
    ...(riders.length > 0 && { espi_tariff_riders: riders }),
  }
}

/** ServiceDeliveryPoint.tariffProfile */
export function tariffProfileOf({ item }: UsagePoint): string | undefined {
  return findText(item?.element, 'serviceDeliveryPoint', 'tariffProfile')
}

/** The rate options a usage point takes part in, ServiceDeliveryPoint.tariffRiderRefs. */
export function tariffRidersOf({ item }: UsagePoint): EspiTariffRider[] {
  return toTariffRiders(findElement(item?.element, 'serviceDeliveryPoint'))
}

function distinctTexts(texts: readonly string[]): string[] {
  return [...new Set(texts.filter((text) => text !== ''))]
}

function lastSegment(text: string): string {
  return /[:/]/.test(text) ? (text.split(/[:/#]/).findLast((part) => part !== '') ?? text) : text
}
