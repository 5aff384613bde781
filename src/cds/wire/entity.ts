import { z } from 'zod'

/** CDS-WG3-01 §10.1.5 #entity-types, in the specification's order. */
export const entityTypes = [
  'distributor',
  'supplier',
  'iou',
  'muni',
  'cca',
  'retailer',
  'generator',
  'dso',
  'tso',
  'iso',
] as const

/** CDS-WG3-01 §10.1.4 #entity-format */
export const entity = z.object({
  id: z.string(),
  types: z.array(z.enum(entityTypes)),
  entity_number: z.string(),
  entity_name: z.string(),
  entity_abbreviation: z.string().nullable(),
})
export type Entity = z.infer<typeof entity>
