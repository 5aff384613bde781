import { unitTypes } from '../../cds/wire/unit-types.ts'
import { QUANTITY_UNITS } from './quantities.ts'
import type { AdditionalType } from './targets.ts'

/** A value type of ours, for `cds_usagesegments_additional_value_types`; the server adds the `documentation` URL. */
export interface AdditionalValueType {
  type: AdditionalType | 'espi_meter_readings'
  name: string
  description: string
  /** Every unit its formats can have. */
  units: readonly string[]
}

/** What ESPI measures and CDS has no value type for, CDS-WG3-01 §10.8.6 #usage-segment-value-type-description. */
export const additionalValueTypes: readonly AdditionalValueType[] = [
  amount(
    'espi_natural_gas_volume',
    'Natural gas volume at metering conditions',
    'The volume of natural gas as metered, not (or not known to be) compensated for temperature and pressure.',
    ['m3', 'ft3', 'L'],
  ),
  amount('espi_volume', 'Volume', 'A volume of the commodity in `espi_commodity`, as metered.', [
    'm3',
    'Sm3',
    'ft3',
    'scf',
    'L',
    'gal',
    'imperial_gal',
  ]),
  amount(
    'espi_energy',
    'Energy in another unit or of another commodity',
    'Energy that is not electricity in watt-hours nor natural gas in therms or Btu, of the commodity in `espi_commodity`.',
    ['kWh', 'J', 'Btu', 'therm'],
  ),
  state('espi_power', 'Power of another commodity', 'Power that is not electric demand in watts.', [
    'kW',
    'Btu/h',
  ]),
  state('espi_volume_flow', 'Volume flow', 'Volume of the commodity in `espi_commodity` per time.', [
    'm3/s',
    'm3/h',
    'Sm3/h',
    'scf/h',
    'gal/h',
    'imperial_gal/h',
    'L/s',
    'L/h',
  ]),
  amount('espi_apparent_energy', 'Apparent energy', 'Apparent energy of an electric service.', ['VAh']),
  state('espi_apparent_power', 'Apparent power', 'Apparent power of an electric service.', ['VA']),
  amount('espi_reactive_energy', 'Reactive energy', 'Reactive energy of an electric service.', ['varh']),
  state('espi_reactive_power', 'Reactive power', 'Reactive power of an electric service.', ['var']),
  state('espi_power_factor', 'Power factor', 'Power factor, cos θ.', ['ratio']),
  state('espi_voltage', 'Voltage', 'Voltage, of the phase in `espi_phase` where it is given.', ['V']),
  state('espi_current', 'Current', 'Electric current, of the phase in `espi_phase` where it is given.', [
    'A',
  ]),
  state('espi_frequency', 'Frequency', 'Frequency of the alternating current.', ['Hz']),
  state('espi_temperature', 'Temperature', 'A temperature.', ['C', 'K']),
  {
    type: 'espi_quantity',
    name: 'Another quantity',
    description:
      "A quantity that no other value type has, in ESPI's own unit: its code is in `espi_uom`. `espi_accumulation_behaviour`, where it is not that of a plain amount, says whether values add up; money has `espi_currency`. The format has `units`, `quality` and `related_meterdevices` as electric_usage has; the value object has `v`, the exact decimal value, with the sign that the utility reports.",
    units: QUANTITY_UNITS.map(([, units]) => units),
  },
  {
    type: 'espi_power_quality',
    name: 'Power quality',
    description:
      'One measure of an ElectricPowerQualitySummary over its interval. The format has `units`, `espi_measure`, the name of the ESPI element that it comes from, and `espi_measurement_protocol`, the number of the standard it was measured by, where the utility names one; the value object has `v`, the exact decimal value.',
    units: ['V', 'ratio', 'unstated', 'count', 'Hz'],
  },
  {
    type: 'espi_meter_readings',
    name: 'Meter readings in another unit',
    description:
      'The state of a register, as `meter_readings`, in a unit that CDS does not list. The value object has `r`, a text.',
    units: ['VAh', 'J', 'imperial_gal', ...registerUnits()],
  },
]

function amount(
  type: AdditionalType,
  name: string,
  meaning: string,
  units: readonly string[],
): AdditionalValueType {
  return { type, name, description: described(meaning, 'the exact decimal amount of the interval'), units }
}

function state(
  type: AdditionalType,
  name: string,
  meaning: string,
  units: readonly string[],
): AdditionalValueType {
  const value = 'the exact decimal value that stands for the interval, or at its start'
  return { type, name, description: described(meaning, value), units }
}

function described(meaning: string, value: string): string {
  return `${meaning} The format has \`units\`, \`quality\` and \`related_meterdevices\` as electric_usage has; the value object has \`v\`, ${value}, with the sign that the utility reports.`
}

/** Registers may count any quantity; those whose unit CDS lists are `meter_readings`. */
function registerUnits(): string[] {
  const listed: readonly string[] = unitTypes
  return QUANTITY_UNITS.map(([, units]) => units).filter((units) => !listed.includes(units))
}
