import { z } from 'zod'
import { espiTariffRider } from './bill-extensions.ts'
import { entity } from './entity.ts'
import { espiObject } from './espi-object.ts'
import { date, stamps, url } from './primitives.ts'

/** CDS-WG3-01 §10.2.2 #contract-types */
export const contractTypes = ['utility_service', 'project', 'billed_monthly', 'billed_quarterly'] as const

/** CDS-WG3-01 §10.2.3 #contract-statuses */
export const contractStatuses = ['active', 'paused', 'stopped', 'closed', 'unknown'] as const

/** CDS-WG3-01 §10.2.4 #service-types, in the specification's order. */
export const serviceTypes = [
  'electric',
  'water',
  'natural_gas',
  'fuel_oil',
  'waste_water',
  'solid_waste',
  'residential',
  'commercial',
  'industrial',
  'agriculture',
  'metered',
  'unmetered',
  'distribution',
  'supply',
  'generation',
] as const
export type ServiceType = (typeof serviceTypes)[number]

/** CDS-WG3-01 §10.2.5 #service-program-format */
export const serviceProgram = z.looseObject({
  id: z.string(),
  program_number: z.string(),
  types: z.array(z.string()),
  name: z.string(),
  description: z.string(),
  documentation: url,
  start: date.optional(),
  end: date.optional(),
})

/** CDS-WG3-01 §10.2.1 #service-contract-format. Optional members are present when the grant includes them. */
export const serviceContract = z.object({
  cds_servicecontract_id: z.string(),
  ...stamps,
  cds_account_id: z.string(),
  account_number: z.string().optional(),
  contract_number: z.string().nullable().optional(),
  contract_address: z.string().optional(),
  contract_types: z.array(z.enum(contractTypes)),
  contract_entity: entity.nullable().optional(),
  contract_status: z.enum(contractStatuses),
  contract_start: date.optional(),
  contract_end: date.nullable().optional(),
  service_types: z.array(z.enum(serviceTypes)),
  rateplan_code: z.string().optional(),
  rateplan_name: z.string().optional(),
  service_programs: z.array(serviceProgram).optional(),
  espi_customer_agreement: espiObject.optional(),
  espi_service_suppliers: z.array(espiObject).optional(),
  espi_pricing_structures: z.array(z.string()).optional(),
  espi_tariff_profiles: z.array(z.string()).optional(),
  espi_tariff_riders: z.array(espiTariffRider).optional(),
  espi_demand_response_programs: z.array(espiObject).optional(),
  espi_program_date_mappings: z.array(espiObject).optional(),
})
export type ServiceContract = z.infer<typeof serviceContract>
