import { z } from 'zod'
import { authorizationDetail } from './authorization-detail.ts'
import { datetime, listing, url } from './primitives.ts'

/** CDS-WG1-02 §8.2 #grant-statuses, in the specification's order. */
export const grantStatuses = [
  'active',
  'future',
  'pending',
  'partial',
  'needs_authorization',
  'needs_sub_grants',
  'disabled',
  'suspended',
  'revoked',
  'closed',
  'expired',
  'delayed',
  'stopped',
  'errored',
] as const

/** CDS-WG1-02 §8.1 #grant-format, with `states` of the newer draft. */
export const grant = z.object({
  grant_id: z.string(),
  uri: url,
  replacing: z.array(url),
  replaced_by: z.array(url),
  parent: z.string().nullable(),
  children: z.array(z.string()),
  created: datetime,
  modified: datetime,
  not_before: datetime.nullable(),
  not_after: datetime.nullable(),
  eta: datetime.nullable(),
  expires: datetime.nullable(),
  status: z.enum(grantStatuses),
  client_id: z.string(),
  scope: z.string(),
  authorization_details: z.array(authorizationDetail),
  receipt_confirmations: z.array(z.string()),
  states: z.array(z.string()),
  enabled_scope: z.string(),
  enabled_authorization_details: z.array(authorizationDetail),
})
export type GrantObject = z.infer<typeof grant>

/** CDS-WG1-02 §8.4 #grants-list */
export const grantListing = listing('grants', grant)
