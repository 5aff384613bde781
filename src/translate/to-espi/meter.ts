import type { AnyMeterDevice } from '../../cds/wire/any-object.ts'
import type { Element } from '../../espi/model.ts'
import { espiParts, givenParts, toElement } from './to-element.ts'
import type { Unsaid } from './unsaid.ts'

/** Meter types that are written as something else, or say no more than that it is a meter. */
const TOLD: ReadonlySet<string> = new Set(['physical_meter', 'virtual_meter'])

/** A meter device becomes its Meter or EndDevice; undefined for the unknown meter behind a usage point. */
export function toMeterElement(meter: AnyMeterDevice, unsaid: Unsaid): Element | undefined {
  if (meter.espi_end_device) return toElement('EndDevice', espiParts(meter.espi_end_device))
  if (meter.espi_meter) return toElement('Meter', espiParts(meter.espi_meter))
  if (meter.meter_number === null || meter.meter_number === undefined) return undefined
  const object = `meter_device ${meter.cds_meterdevice_id}`
  const types = meter.meter_types.filter((type) => !TOLD.has(type))
  if (types.length > 0) unsaid.add(object, `meter_types ${types.join(' ')}`, 'ESPI has no element for it')
  unsaid.addFields(object, meter, ['meter_apps'])
  const isVirtual = meter.meter_types.includes('virtual_meter')
  const parts = givenParts({ serialNumber: meter.meter_number, isVirtual: isVirtual ? 'true' : undefined })
  return toElement('Meter', parts ?? {})
}
