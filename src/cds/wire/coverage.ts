import { z } from 'zod'
import { datetime, listing, url } from './primitives.ts'

/** CDS-WG1-01 §4.4 #coverage-entry-types */
export const coverageTypes = ['geographic', 'logical'] as const

/** CDS-WG1-01 §4.5 #capability-roles */
export const capabilityRoles = ['authoritative', 'official', 'aggregator'] as const

/** CDS-WG1-01 §4.6 #infrastructure-types */
export const infrastructureTypes = [
  'distribution_utility',
  'metering_provider',
  'supplier',
  'generator',
  'market_operator',
  'distribution_service_operator',
  'transmission_service_operator',
  'service_provider',
] as const

/** CDS-WG1-01 §4.7 #commodity-types */
export const commodityTypes = [
  'electricity',
  'natural_gas',
  'fuel_oil',
  'water',
  'wastewater',
  'trash',
  'distributed_energy',
] as const

/** CDS-WG1-01 §4.3 #coverage-entry-format */
export const coverageEntry = z.object({
  id: z.string(),
  created: datetime,
  updated: datetime,
  entity_name: z.string(),
  entity_abbreviation: z.string().nullable(),
  country: z.string().length(2),
  name: z.string(),
  description: z.string().optional(),
  type: z.enum(coverageTypes),
  role: z.enum(capabilityRoles),
  infrastructure_types: z.array(z.enum(infrastructureTypes)),
  commodity_types: z.array(z.enum(commodityTypes)),
  capabilities: z.array(z.literal('oauth')),
  map_resource: url.optional(),
  map_content_type: z.string().optional(),
  geojson_resource: url.optional(),
})
export type CoverageEntry = z.infer<typeof coverageEntry>

/** CDS-WG1-01 §4.1 #coverage-listing-format */
export const coverageListing = listing('coverage_entries', coverageEntry)
