import type { UtilityProfile } from '../utility/profile.ts'
import { allNeeds, type Need } from './needs.ts'
import type { ScopeRequest } from './scope-request.ts'
import { textList } from './text-list.ts'

type Commodity = UtilityProfile['commodities'][number]

/**
 * Blocks that are no data but how it travels: common, Connect My Data, security classes, several usage points, partial
 * updates, resource level REST, query parameters, notifications. Asked for wherever the utility lets them be named.
 */
const TRANSPORT = [1, 3, 13, 18, 19, 32, 37, 39]

/** Interval metering; each commodity has its own block, and one of them must stand beside 4. */
const INTERVALS = 4
const OF_COMMODITY: Record<Commodity, number> = { electric: 5, natural_gas: 10, water: 11 }
/** Net metering, forward and reverse: directions of electric usage. */
const DIRECTIONS = [7, 8]

/** CDS-WG3-01 §10.8.5 #usage-segment-value-types: what a value type needs beside intervals; the first makes it. */
const OF_VALUE_TYPE: ReadonlyMap<string, readonly number[]> = new Map([
  ['electric_usage', [OF_COMMODITY.electric, ...DIRECTIONS]],
  ['electric_demand', [6, OF_COMMODITY.electric]],
  ['natural_gas_usage', [OF_COMMODITY.natural_gas]],
  ['water_usage', [OF_COMMODITY.water]],
  ['cost', [12]],
  ['meter_readings', [9]],
  ['espi_power_quality', [17]],
  ['espi_temperature', [29]],
])

const BILLS = [15, 16, 27, 28]

/**
 * The customer blocks of ESPI 3.3, but for 55 (demographic), 62 and 63: nothing in CDS shows what those hold, so that a
 * customer is not asked for it.
 */
const CUSTOMER_FAMILY = [51, 53, 54, 56, 57, 58, 59, 60, 61]

/** The blocks to ask for: those of all requests together, as far as the utility lets them be named. */
export function blocksFor(requests: readonly ScopeRequest[], profile: UtilityProfile): number[] {
  const needs = allNeeds(requests)
  const blocks = [
    ...TRANSPORT,
    ...(profile.scope.customerBlock === 46 ? [46] : CUSTOMER_FAMILY),
    ...(needs.has('bills') ? BILLS : []),
    ...(needs.has('usage') ? usageBlocks(requests, profile) : []),
  ]
  return [...new Set(blocks)]
    .filter((block) => profile.scope.requestable.includes(block))
    .sort((a, b) => a - b)
}

/** Whether the granted blocks give what is needed. Blocks beyond ESPI's own count for their family. */
export function isGranted(need: Need, blocks: readonly number[]): boolean {
  return blocks.some((block) => GRANTED_BY[need](block))
}

const GRANTED_BY: Record<Need, (block: number) => boolean> = {
  customer: (block) => block === 46 || (block >= 51 && block <= 70),
  usage: (block) => block === INTERVALS || Object.values(OF_COMMODITY).includes(block),
  bills: (block) => BILLS.includes(block),
}

/** The block without which no value of this type comes. */
export function blockOfValueType(valueType: string): number | undefined {
  return OF_VALUE_TYPE.get(valueType)?.[0]
}

function usageBlocks(requests: readonly ScopeRequest[], profile: UtilityProfile): number[] {
  const usage = requests.filter((request) => allNeeds([request]).has('usage'))
  const wanted = usage.flatMap((request) => commoditiesOf(request, profile.commodities))
  const commodities = wanted.map((commodity) => OF_COMMODITY[commodity])
  const foreign = Object.values(OF_COMMODITY).filter((block) => !commodities.includes(block))
  const valueTypes = usage.flatMap(valueTypesOf).flatMap((type) => OF_VALUE_TYPE.get(type) ?? [])
  return [INTERVALS, ...commodities, ...valueTypes].filter((block) => !foreign.includes(block))
}

/** CDS-WG3-01 §7.2.8.1 #auth-details-include-usage-segment-value-types: absent restricts nothing, null leaves values out. */
function valueTypesOf({ details }: ScopeRequest): readonly string[] {
  const value = details.include_usage_segment_value_types
  if (value === null) return []
  return textList(value) ?? [...OF_VALUE_TYPE.keys()]
}

/**
 * The commodities of a request: those of `service_types` in direct access scopes, where the field is a filter (CDS-WG3-01
 * §6.2 #scopes-direct-access). In consent scopes it only prefills the form, and the customer may select more.
 */
function commoditiesOf(request: ScopeRequest, offered: readonly Commodity[]): readonly Commodity[] {
  const serviceTypes = request.type.startsWith('cds_query_')
    ? textList(request.details.service_types)
    : undefined
  const named = offered.filter((commodity) => serviceTypes?.includes(commodity))
  return named.length > 0 ? named : offered
}
