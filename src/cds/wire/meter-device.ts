import { z } from 'zod'
import { espiObject } from './espi-object.ts'
import { stamps } from './primitives.ts'

/** CDS-WG3-01 §10.4.2 #meter-types, in the specification's order. */
export const meterTypes = [
  'electric_usage',
  'water_usage',
  'natural_gas_usage',
  'fuel_oil_usage',
  'forward_only',
  'reverse_only',
  'bidirectional',
  'physical_meter',
  'virtual_meter',
  'electric_demand',
  'ami_meter',
  'amr_meter',
  'analog_meter',
  'wifi_capable',
  'wifi_enabled',
  'wifi_configured',
  'zigbee_capable',
  'zigbee_enabled',
  'zigbee_configured',
  'central_apps_capable',
  'customer_apps_capable',
] as const

/** CDS-WG3-01 §10.4.3 #meter-app-format */
export const meterApp = z.looseObject({
  id: z.string(),
  app_number: z.string(),
  types: z.array(z.string()),
  name: z.string(),
})

/** CDS-WG3-01 §10.4.1 #meter-device-format. Optional members are present when the grant includes them. */
export const meterDevice = z.object({
  cds_meterdevice_id: z.string(),
  ...stamps,
  meter_number: z.string().nullable().optional(),
  meter_types: z.array(z.enum(meterTypes)),
  current_servicepoints: z.array(z.string()),
  previous_servicepoints: z.array(z.string()),
  meter_apps: z.array(meterApp).optional(),
  espi_meter: espiObject.optional(),
  espi_end_device: espiObject.optional(),
})
export type MeterDevice = z.infer<typeof meterDevice>
