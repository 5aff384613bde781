import { z } from 'zod'
import { espiTariffRider } from './bill-extensions.ts'
import { espiObject } from './espi-object.ts'
import { decimal, stamps } from './primitives.ts'

/** CDS-WG3-01 §10.3.2 #service-point-types, in the specification's order. */
export const servicePointTypes = [
  'electric',
  'water',
  'natural_gas',
  'fuel_oil',
  'single_service',
  'multi_service',
  'physical',
  'virtual',
  'edge',
  'internal',
] as const

/** CDS-WG3-01 §10.3.4 #premise-types */
export const premiseTypes = ['service_group', 'building', 'land', 'zone'] as const

/** CDS-WG3-01 §10.3.3 #premise-format */
export const premise = z.looseObject({
  id: z.string(),
  premise_number: z.string(),
  types: z.array(z.enum(premiseTypes)),
})

/** CDS-WG3-01 §10.3.1 #service-point-format. Optional members are present when the grant includes them. */
export const servicePoint = z.object({
  cds_servicepoint_id: z.string(),
  ...stamps,
  servicepoint_number: z.string().nullable(),
  servicepoint_types: z.array(z.enum(servicePointTypes)),
  servicepoint_address: z.string().nullable().optional(),
  latitude: decimal.nullable().optional(),
  longitude: decimal.nullable().optional(),
  current_servicecontracts: z.array(z.string()),
  previous_servicecontracts: z.array(z.string()),
  premises: z.array(premise).optional(),
  /** Service points of one usage point have the same. */
  espi_usage_point_id: z.string().optional(),
  espi_usage_point: espiObject.optional(),
  espi_local_time: espiObject.optional(),
  /** Service points of one ServiceLocation have the same. */
  espi_service_location_id: z.string().optional(),
  espi_service_location: espiObject.optional(),
  espi_tariff_profile: z.string().optional(),
  espi_tariff_riders: z.array(espiTariffRider).optional(),
  espi_program_id_mappings: z.array(espiObject).optional(),
})
export type ServicePoint = z.infer<typeof servicePoint>
