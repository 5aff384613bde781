import { z } from 'zod'
import { datetime, decimal, integer, stamps } from './primitives.ts'

/** CDS-WG3-01 §10.8.7.2 #usage-segment-direction-types */
export const directionTypes = ['net', 'forward', 'reverse'] as const
export type DirectionType = (typeof directionTypes)[number]

/** CDS-WG3-01 §10.8.7.3 #usage-segment-tou-types */
export const touTypes = ['super_peak', 'peak', 'partial_peak', 'off_peak', 'super_off_peak'] as const
export type TimeOfUseType = (typeof touTypes)[number]

/** CDS-WG3-01 §10.8.7.4 #usage-segment-tier-types */
export const tierTypes = [
  'baseline',
  'overage',
  'tier_1',
  'tier_2',
  'tier_3',
  'tier_4',
  'tier_5',
  'tier_6',
  'tier_7',
  'tier_8',
  'tier_9',
] as const
export type TierType = (typeof tierTypes)[number]

/** CDS-WG3-01 §10.8.7.5 #usage-segment-season-types */
export const seasonTypes = ['spring', 'summer', 'fall', 'winter'] as const

/** CDS-WG3-01 §10.8.7.6 #usage-segment-reading-quality-types */
export const readingQualityTypes = [
  'raw',
  'manual',
  'valid',
  'revenue',
  'estimated',
  'calculated',
  'corrected',
  'website',
] as const
export type ReadingQualityType = (typeof readingQualityTypes)[number]

/** CDS-WG3-01 §10.8.7.7 #usage-segment-demand-types */
export const demandTypes = ['peak', 'average', 'starting', 'ending'] as const

const id = z.string()
const related_meterdevices = z.array(z.string()).optional()
const quality = z.enum(readingQualityTypes).optional()
const direction = z.enum(directionTypes).optional()
const tou = z.enum(touTypes).nullable().optional()
const tier = z.enum(tierTypes).nullable().optional()
const season = z.enum(seasonTypes).nullable().optional()

/** CDS-WG3-01 §10.8.5.1.1 #usage-segment-electric-usage-value-format */
export const electricUsageFormat = z.looseObject({
  id,
  type: z.literal('electric_usage'),
  units: z.enum(['Wh', 'kWh', 'MWh']),
  direction,
  tou,
  tier,
  season,
  quality,
  related_meterdevices,
})

/** CDS-WG3-01 §10.8.5.2.1 #usage-segment-electric-demand-value-format */
export const electricDemandFormat = z.looseObject({
  id,
  type: z.literal('electric_demand'),
  units: z.enum(['W', 'kW', 'MW']),
  demand_type: z.enum(demandTypes),
  direction,
  tou,
  tier,
  season,
  quality,
  related_meterdevices,
})

/** CDS-WG3-01 §10.8.5.3.1 #usage-segment-water-usage-value-format */
export const waterUsageFormat = z.looseObject({
  id,
  type: z.literal('water_usage'),
  units: z.enum(['m3', 'L', 'gal', 'ft3', 'CCF', 'MCF', 'MMCF']),
  tier,
  season,
  quality,
  related_meterdevices,
})

/** CDS-WG3-01 §10.8.5.5.1 #usage-segment-gas-usage-value-format */
export const naturalGasUsageFormat = z.looseObject({
  id,
  type: z.literal('natural_gas_usage'),
  units: z.enum(['Btu', 'therm', 'Sm3', 'scf']),
  tier,
  season,
  quality,
  related_meterdevices,
})

/** CDS-WG3-01 §10.8.5.7.1 #usage-segment-interval-cost-value-format */
export const costFormat = z.looseObject({
  id,
  type: z.literal('cost'),
  currency: z.string().length(3),
  indexes: z.array(integer),
})

/** CDS-WG3-01 §10.8.5.8.1 #usage-segment-meter-readings-value-format */
export const meterReadingsFormat = z.looseObject({
  id,
  type: z.literal('meter_readings'),
  related_meterdevice: z.string().optional(),
  register: z.string().nullable(),
  units: z.string(),
})

/**
 * An additional value type of ours, `espi_…`, described in `cds_usagesegments_additional_value_types`
 * (CDS-WG3-01 §10.8.6): what ESPI measures and CDS has no type for.
 */
export const additionalFormat = z.looseObject({
  id,
  type: z.string().startsWith('espi_'),
  units: z.string(),
  direction,
  quality,
  related_meterdevices,
})

/** CDS-WG3-01 §10.8.2 #usage-segment-value-formats */
export const valueFormat = z.union([
  electricUsageFormat,
  electricDemandFormat,
  waterUsageFormat,
  naturalGasUsageFormat,
  costFormat,
  meterReadingsFormat,
  additionalFormat,
])
export type ValueFormat = z.infer<typeof valueFormat>

/**
 * CDS-WG3-01 §10.8.4 #usage-segment-value-objects: `eu`, `ed`, `wu`, `gu`, `c` exact decimals; `r` a text, so that nobody
 * takes a register for usage; `v` the decimal of our additional types.
 */
export const valueObject = z.record(z.string(), z.union([decimal, z.string()]))
export type ValueObject = z.infer<typeof valueObject>

/** CDS-WG3-01 §10.8.3 #usage-segment-value-set-format: one place per format; `null` holds the place of what is missing. */
export const valueSet = z.array(valueObject.nullable())
export type ValueSet = z.infer<typeof valueSet>

/** CDS-WG3-01 §10.8.1 #usage-segment-format */
export const usageSegment = z.object({
  cds_usagesegment_id: z.string(),
  ...stamps,
  related_aggregations: z.array(z.string()),
  related_accounts: z.array(z.string()),
  related_servicecontracts: z.array(z.string()),
  related_servicepoints: z.array(z.string()),
  related_meterdevices: z.array(z.string()),
  related_billsections: z.array(z.string()),
  segment_start: datetime,
  segment_end: datetime,
  interval: decimal,
  formats: z.array(valueFormat),
  values: z.array(valueSet),
})
export type UsageSegment = z.infer<typeof usageSegment>
