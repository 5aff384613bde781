import type { ReadingType } from './reading-type.ts'
import type { Target } from './targets.ts'

/** What the CDS fields of a value format say already, so that it need not be carried. */
interface Told {
  type: Target['type']
  additional: boolean
  register: boolean
  demandType: string | undefined
}

/** MeasurementKind that says no more than the value type. Gas and water feeds write 12 energy for their volumes. */
const EXPECTED_KINDS: ReadonlyMap<Target['type'], readonly number[]> = new Map<
  Target['type'],
  readonly number[]
>([
  ['electric_usage', [12]],
  ['electric_demand', [8, 37]],
  ['natural_gas_usage', [12, 58]],
  ['water_usage', [12, 58]],
  ['espi_natural_gas_volume', [12, 58]],
  ['cost', [3]],
])

/** CommodityKind that says no more than the value type: secondary metered electricity, natural gas, potable water. */
const EXPECTED_COMMODITIES: ReadonlySet<number> = new Set([1, 7, 9])

/** Units of which CDS names only the size (compensated and uncompensated volumes of water), or another: litres for imperial gallons. */
const BARE_VOLUMES: ReadonlySet<number> = new Set([120, 130, 156, 157, 166, 167])

/** `Sm3` and `scf` of natural gas say that they are compensated. */
const SAID_OF_GAS: ReadonlySet<number> = new Set([120, 167])

const DELTA = 4

/**
 * The codes of a ReadingType that no CDS field says, as `espi_…` members of its value format (CDS-WG3-01 §10.8.2: clients pass over
 * fields they do not know). A code of 0 means "not applicable" and is left out.
 */
export function carriedCodes(type: ReadingType, told: Told): Readonly<Record<string, number | string>> {
  const { additional, register } = told
  const kinds = EXPECTED_KINDS.get(told.type) ?? []
  const uom = type.uom ?? 0
  const isSaid = told.type === 'natural_gas_usage' && SAID_OF_GAS.has(uom)
  const unit = additional || (BARE_VOLUMES.has(uom) && !isSaid)
  const accumulated = register || (additional && type.accumulationBehaviour !== DELTA)
  const statistic = additional || told.demandType === undefined || !isDemandType(type.dataQualifier)
  return givenCodes({
    espi_uom: unit && type.uom,
    espi_commodity: (additional || !EXPECTED_COMMODITIES.has(type.commodity ?? 0)) && type.commodity,
    espi_kind: !kinds.includes(type.kind ?? 0) && type.kind,
    espi_flow_direction: additional && type.flowDirection,
    espi_accumulation_behaviour: accumulated && type.accumulationBehaviour,
    espi_data_qualifier: statistic && type.dataQualifier,
    espi_phase: type.phase,
    espi_measuring_period: type.measuringPeriod,
    espi_time_attribute: type.timeAttribute,
    espi_interharmonic: type.interharmonic,
    espi_argument: type.argument,
  })
}

/** average and maximum are said by `demand_type`. */
function isDemandType(qualifier: number | undefined): boolean {
  return qualifier === 2 || qualifier === 8
}

function givenCodes(
  codes: Record<string, number | string | false | undefined>,
): Record<string, number | string> {
  return Object.fromEntries(
    Object.entries(codes).flatMap(([name, code]) => (code ? [[name, code] as const] : [])),
  )
}
