import type { MeterDevice } from '../../cds/wire/meter-device.ts'
import { findText } from '../../espi/elements.ts'
import type { Item } from '../../espi/link/kin.ts'
import type { Carrier } from '../carry.ts'
import { booleanOf } from '../read-text.ts'
import type { Unstamped } from '../translated.ts'
import type { Measurement } from '../usage/measurement.ts'

/** A meter of the customer feed, or the unknown one behind a usage point. */
export interface MeterSource {
  meterDeviceId: string
  meter: Item | undefined
  servicePointIds: string[]
  /** What the usage points it serves measure. */
  measurements: readonly Measurement[]
}

/** The number on the meter's face: Asset.serialNumber, in older feeds its name. */
export function serialNumberOf({ element }: Item): string | undefined {
  return findText(element, 'serialNumber') ?? findText(element, 'name') ?? findText(element, 'utcNumber')
}

/** An ESPI Meter or EndDevice becomes a Meter Device, CDS-WG3-01 §10.4.1 #meter-device-format. */
export function toMeterDevice(source: MeterSource, carrier: Carrier): Unstamped<MeterDevice> {
  const { meter } = source
  const carried = meter && carrier.carry(meter)
  return {
    cds_meterdevice_id: source.meterDeviceId,
    meter_number: (meter && serialNumberOf(meter)) ?? null,
    meter_types: toMeterTypes(source),
    current_servicepoints: source.servicePointIds,
    previous_servicepoints: [],
    meter_apps: [],
    // An end device is more than a meter: a thermostat, a communication hub.
    ...(carried &&
      (meter.element.name === 'EndDevice' ? { espi_end_device: carried } : { espi_meter: carried })),
  }
}

/** A voltage or a temperature is no meter type; what is not of the three commodities neither. */
const METER_TYPES: ReadonlyMap<Measurement['type'], MeterDevice['meter_types'][number]> = new Map([
  ['electric_usage', 'electric_usage'],
  ['electric_demand', 'electric_demand'],
  ['natural_gas_usage', 'natural_gas_usage'],
  ['espi_natural_gas_volume', 'natural_gas_usage'],
  ['water_usage', 'water_usage'],
])

/** §10.4.2 #meter-types: what its readings show. Readings in one direction do not prove that there is no other. */
function toMeterTypes({ meter, measurements }: MeterSource): MeterDevice['meter_types'] {
  const directions = new Set(measurements.map(({ direction }) => direction))
  const types = new Set<MeterDevice['meter_types'][number]>()
  for (const measurement of measurements) {
    const type = METER_TYPES.get(measurement.type)
    if (type) types.add(type)
  }
  if (directions.has('net') || (directions.has('forward') && directions.has('reverse'))) {
    types.add('bidirectional')
  }
  const isVirtual = booleanOf(findText(meter?.element, 'isVirtual'))
  if (isVirtual) types.add('virtual_meter')
  else if (meter) types.add('physical_meter')
  return [...types]
}
