import { z } from 'zod'
import { entity } from './entity.ts'
import { espiObject } from './espi-object.ts'
import { date, stamps, url } from './primitives.ts'

/** CDS-WG3-01 §10.1.2 #account-types, in the specification's order. */
export const accountTypes = [
  'customer',
  'thirdparty',
  'internal',
  'parent',
  'child',
  'test',
  'residential',
  'commercial',
  'industrial',
  'agriculture',
  'municipal',
  'billed_monthly',
  'billed_quarterly',
] as const

/** CDS-WG3-01 §10.1.3 #account-statuses */
export const accountStatuses = ['active', 'suspended', 'closed', 'unknown'] as const

/** CDS-WG3-01 §10.1.7 #account-contact-types */
export const accountContactTypes = [
  'phone_number',
  'email',
  'home',
  'work',
  'mobile',
  'preferred',
  'primary',
  'secondary',
] as const

/** CDS-WG3-01 §10.1.6 #account-contact-format */
export const accountContact = z.object({
  id: z.string(),
  types: z.array(z.enum(accountContactTypes)),
  value: z.string(),
})
export type AccountContact = z.infer<typeof accountContact>

/** CDS-WG3-01 §10.1.8 #account-program-format */
export const accountProgram = z.looseObject({
  id: z.string(),
  program_number: z.string(),
  types: z.array(z.string()),
  name: z.string(),
  description: z.string(),
  documentation: url,
  start: date.optional(),
  end: date.optional(),
})

/** CDS-WG3-01 §10.1.1 #account-format. Optional members are present when the grant includes them. */
export const account = z.object({
  cds_account_id: z.string(),
  ...stamps,
  cds_account_parent: z.string().nullable(),
  customer_number: z.string().nullable().optional(),
  account_number: z.string().optional(),
  account_entity: entity.nullable().optional(),
  account_name: z.string().optional(),
  account_address: z.string().optional(),
  account_types: z.array(z.enum(accountTypes)).min(1).optional(),
  account_status: z.enum(accountStatuses).optional(),
  account_contacts: z.array(accountContact).optional(),
  account_programs: z.array(accountProgram).optional(),
  espi_customer: espiObject.optional(),
  espi_customer_account: espiObject.optional(),
  espi_statements: z.array(espiObject).optional(),
})
export type Account = z.infer<typeof account>
