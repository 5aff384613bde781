import { unitTypes } from '../../cds/wire/unit-types.ts'
import type { ValueFormat } from '../../cds/wire/usage-segment.ts'
import type { ProgramNames } from '../customer/program-names.ts'
import type { Measurement } from './measurement.ts'
import { toReadingQuality } from './quality.ts'
import type { Series } from './series.ts'
import type { Target } from './targets.ts'

/** CDS-WG3-01 §10.8.5: the member that holds the value of each type. `v` is that of our own types. */
const VALUE_KEYS = {
  electric_usage: 'eu',
  electric_demand: 'ed',
  water_usage: 'wu',
  natural_gas_usage: 'gu',
  cost: 'c',
  espi_natural_gas_volume: 'v',
  espi_volume: 'v',
  espi_energy: 'v',
  espi_power: 'v',
  espi_volume_flow: 'v',
  espi_apparent_energy: 'v',
  espi_apparent_power: 'v',
  espi_reactive_energy: 'v',
  espi_reactive_power: 'v',
  espi_power_factor: 'v',
  espi_voltage: 'v',
  espi_current: 'v',
  espi_frequency: 'v',
  espi_temperature: 'v',
  espi_power_quality: 'v',
  espi_quantity: 'v',
} as const satisfies Record<Target['type'], string>

/** The member of a value type that may be another server's; undefined for a type that is not of ESPI. */
export function memberOfType(type: string): string | undefined {
  return Object.entries(VALUE_KEYS).find(([known]) => known === type)?.[1]
}

/** The member that holds a series' values, CDS-WG3-01 §10.8.4 #usage-segment-value-objects. */
export function memberOf({ lane }: Series): string {
  const { type, register } = lane.stream.measurement
  // §10.8.5.8.2: a register's value is a text, so that nobody adds it up.
  return register ? 'r' : VALUE_KEYS[type]
}

/**
 * §10.8.5.1.2: what flows to the grid is negative, whereas ESPI reports a reverse reading as a positive magnitude. A
 * register's value stays as the meter shows it.
 */
export function isNegated({ register, direction }: Measurement): boolean {
  return !register && direction === 'reverse'
}

/** What a series itself does not know. */
export interface FormatContext {
  /** The meters that can have measured it. */
  meterDeviceIds: readonly string[]
  programNames: ProgramNames
}

/** What the values of a series are, CDS-WG3-01 §10.8.2 #usage-segment-value-formats. */
export function toFormat(series: Series, id: string, context: FormatContext): ValueFormat {
  const { lane, quality } = series
  const { measurement } = lane.stream
  const [meterDeviceId, ...others] = context.meterDeviceIds
  const onlyMeter = others.length === 0 ? meterDeviceId : undefined
  const codes = { ...espiCodes(series), ...codeNames(series, context.programNames) }
  if (measurement.register) {
    return {
      id,
      type: isUnitType(measurement.units) ? 'meter_readings' : 'espi_meter_readings',
      ...(onlyMeter !== undefined && { related_meterdevice: onlyMeter }),
      register: null,
      units: measurement.units,
      ...(measurement.direction && { espi_direction: measurement.direction }),
      ...codes,
    }
  }
  // §10.8.5.7.1: money that is measured itself is the cost of no other value.
  if (measurement.type === 'cost') {
    return { id, type: 'cost', currency: series.currency ?? '', indexes: [], ...codes }
  }
  const cdsQuality = quality === undefined ? undefined : toReadingQuality(quality)
  const format: Record<string, unknown> & { id: string; type: string; units: string } = {
    id,
    type: measurement.type,
    units: measurement.units,
    ...(measurement.demandType && { demand_type: measurement.demandType }),
    ...(measurement.direction && { direction: measurement.direction }),
    ...(cdsQuality && { quality: cdsQuality }),
    ...codes,
    ...(onlyMeter !== undefined && { related_meterdevices: [onlyMeter] }),
  }
  return format as ValueFormat
}

/**
 * What CDS cannot say exactly travels as it came: the quality's own code, and time of use, tier and critical peak, whose
 * numbers each custodian defines for itself. §10.8.5.1.1: the CDS fields are left out where their meaning is unknown.
 */
function espiCodes({ lane, quality }: Series): Record<string, number | string> {
  return {
    ...lane.stream.measurement.codes,
    ...(quality !== undefined && { espi_quality: quality }),
    ...(lane.tou !== undefined && { espi_tou: lane.tou }),
    ...(lane.consumptionTier !== undefined && { espi_tier: lane.consumptionTier }),
    ...(lane.cpp !== undefined && { espi_cpp: lane.cpp }),
  }
}

/** What the custodian calls these codes, where it says so. */
function codeNames({ lane }: Series, names: ProgramNames): Record<string, string> {
  const tou = names.tou.get(lane.tou ?? 0)
  const tier = names.consumptionTier.get(lane.consumptionTier ?? 0)
  const cpp = names.cpp.get(lane.cpp ?? 0)
  return {
    ...(lane.tou !== undefined && tou !== undefined && { espi_tou_name: tou }),
    ...(lane.consumptionTier !== undefined && tier !== undefined && { espi_tier_name: tier }),
    ...(lane.cpp !== undefined && cpp !== undefined && { espi_cpp_name: cpp }),
  }
}

/** CDS-WG3-01 §10.8.5.8.1: a meter reading's units are of the list of §10.8.7.1, or it is a reading of our own type. */
function isUnitType(units: string): boolean {
  return (unitTypes as readonly string[]).includes(units)
}
