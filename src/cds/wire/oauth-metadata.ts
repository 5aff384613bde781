import { z } from 'zod'
import { url } from './primitives.ts'
import { scopeDescription } from './scope-description.ts'

/** CDS-WG1-02 §3.6 #registration-field-types; the ones we use. */
export const registrationField = z.object({
  id: z.string(),
  type: z.literal('sso_verification'),
  description: z.string(),
  documentation: url,
})

/** CDS-WG3-01 §10.8.6 #usage-segment-value-type-description */
export const valueTypeDescription = z.object({
  type: z.string(),
  name: z.string(),
  description: z.string(),
  documentation: z.url(),
})

/** CDS-WG3-01 §5 #server-metadata: each URL is there if some scope shows such objects. */
const listingApis = {
  cds_accounts_api: url.optional(),
  cds_servicecontracts_api: url.optional(),
  cds_servicepoints_api: url.optional(),
  cds_meterdevices_api: url.optional(),
  cds_billstatement_api: url.optional(),
  cds_billsection_api: url.optional(),
  cds_aggregations_api: url.optional(),
  cds_usagesegments_api: url.optional(),
  cds_eacs_api: url.optional(),
}
export type ListingApi = keyof typeof listingApis

/**
 * CDS-WG1-02 §3.2 #auth-server-metadata-format, which extends RFC 8414 §2, extended by CDS-WG3-01 §5.
 */
export const oauthMetadata = z.object({
  issuer: url,
  authorization_endpoint: url,
  token_endpoint: url,
  registration_endpoint: url,
  revocation_endpoint: url,
  introspection_endpoint: url,
  pushed_authorization_request_endpoint: url,
  require_pushed_authorization_requests: z.literal(false),
  authorization_response_iss_parameter_supported: z.literal(true),
  scopes_supported: z.array(z.string()),
  response_types_supported: z.array(z.string()),
  response_modes_supported: z.array(z.string()),
  grant_types_supported: z.array(z.string()),
  token_endpoint_auth_methods_supported: z.array(z.string()),
  revocation_endpoint_auth_methods_supported: z.array(z.string()),
  introspection_endpoint_auth_methods_supported: z.array(z.string()),
  code_challenge_methods_supported: z.array(z.string()),
  authorization_details_types_supported: z.array(z.string()),
  service_documentation: url,
  op_policy_uri: url,
  op_tos_uri: url,
  cds_oauth_version: z.literal('v1'),
  cds_human_registration: url,
  cds_timezone: z.string(),
  cds_clients_api: url,
  cds_messages_api: url,
  cds_credentials_api: url,
  cds_grants_api: url,
  cds_test_accounts: url,
  cds_scope_descriptions: z.record(z.string(), scopeDescription),
  cds_registration_fields: z.record(z.string(), registrationField),
  cds_customerdata_version: z.literal('v1'),
  ...listingApis,
  cds_usagesegments_additional_value_types: z.record(z.string(), valueTypeDescription),
})
export type OauthMetadata = z.infer<typeof oauthMetadata>
