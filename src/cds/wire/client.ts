import { z } from 'zod'
import { authorizationDetail } from './authorization-detail.ts'
import { datetime, listing, url } from './primitives.ts'

/** CDS-WG1-02 §5.2 #client-statuses */
export const clientStatuses = ['production', 'sandbox', 'disabled'] as const

/** CDS-WG1-02 §5.1 #client-format, which extends RFC 7591 §2. */
export const client = z.object({
  client_id: z.string(),
  client_id_issued_at: z.int(),
  /** Only in the answer to a registration (§4.2 #registration-response). */
  client_secret: z.string().optional(),
  scope: z.string(),
  redirect_uris: z.array(url),
  response_types: z.array(z.string()),
  grant_types: z.array(z.string()),
  token_endpoint_auth_method: z.string().nullable(),
  authorization_details_types: z.array(z.string()),
  client_name: z.string(),
  contacts: z.array(z.string()),
  client_uri: url.optional(),
  logo_uri: url.optional(),
  tos_uri: url.optional(),
  policy_uri: url.optional(),
  cds_created: datetime,
  cds_modified: datetime,
  cds_client_uri: url,
  cds_status: z.enum(clientStatuses),
  cds_status_options: z.array(z.enum(clientStatuses)),
  cds_server_metadata: url,
  cds_default_scope: z.string().optional(),
  cds_default_redirect_uri: url.optional(),
  cds_default_authorization_details: z.array(authorizationDetail).optional(),
})
export type ClientObject = z.infer<typeof client>

/** CDS-WG1-02 §5.3 #clients-list */
export const clientListing = listing('clients', client)
