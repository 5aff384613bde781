import { Router } from 'express'
import { kinds } from '../cds/kinds/index.ts'
import type { OauthMetadata } from '../cds/wire/oauth-metadata.ts'
import { additionalValueTypes } from '../translate/usage/additional-value-types.ts'
import { toScopeDescription } from './describe-scopes.ts'
import { AUTH_METHOD } from './scopes/groups.ts'
import { scopes } from './scopes/index.ts'
import { selfAccessSignIn } from './scopes/registration-fields.ts'
import type { OauthSettings } from './settings.ts'
import { urlsOf } from './urls.ts'

export interface OauthMetadataDeps {
  settings: OauthSettings
  /** Ids of the coverage entries. */
  listCoverages(): readonly string[]
}

/** `/.well-known/oauth-authorization-server`, RFC 8414 §3. */
export function oauthMetadataRoutes(deps: OauthMetadataDeps): Router {
  const router = Router()
  router.get('/.well-known/oauth-authorization-server', (_request, response) => {
    response.set('Cache-Control', 'public, max-age=300').json(toOauthMetadata(deps))
  })
  return router
}

/** The Authorization Server Metadata, CDS-WG1-02 §3.2 #auth-server-metadata-format. The unions follow from the scopes. */
export function toOauthMetadata({ settings, listCoverages }: OauthMetadataDeps): OauthMetadata {
  const urls = urlsOf(settings.publicUrl)
  const { documentation } = settings
  const coverages = listCoverages()
  const descriptions = [...scopes.values()].map((scope) =>
    toScopeDescription(scope, { documentation, coverages }),
  )
  const union = (list: (description: (typeof descriptions)[number]) => readonly string[]) => [
    ...new Set(descriptions.flatMap(list)),
  ]
  return {
    issuer: urls.issuer,
    authorization_endpoint: urls.authorize,
    token_endpoint: urls.token,
    registration_endpoint: urls.register,
    revocation_endpoint: urls.revoke,
    introspection_endpoint: urls.introspect,
    pushed_authorization_request_endpoint: urls.par,
    require_pushed_authorization_requests: false,
    authorization_response_iss_parameter_supported: true,
    scopes_supported: descriptions.map(({ id }) => id),
    response_types_supported: union((each) => each.response_types_supported),
    response_modes_supported: ['query'],
    grant_types_supported: union((each) => each.grant_types_supported),
    token_endpoint_auth_methods_supported: [AUTH_METHOD],
    revocation_endpoint_auth_methods_supported: [AUTH_METHOD],
    introspection_endpoint_auth_methods_supported: [AUTH_METHOD],
    code_challenge_methods_supported: union((each) => each.code_challenge_methods_supported),
    authorization_details_types_supported: union((each) => each.authorization_details_types_supported),
    service_documentation: documentation,
    op_policy_uri: settings.policyUrl,
    op_tos_uri: settings.termsUrl,
    cds_oauth_version: 'v1',
    cds_human_registration: settings.humanRegistrationUrl,
    cds_timezone: settings.timezone,
    cds_clients_api: urls.clients,
    cds_messages_api: urls.messages,
    cds_credentials_api: urls.credentials,
    cds_grants_api: urls.grants,
    cds_test_accounts: settings.testAccountsUrl,
    cds_scope_descriptions: Object.fromEntries(
      descriptions.map((description) => [description.id, description]),
    ),
    cds_registration_fields: {
      [selfAccessSignIn.id]: {
        ...selfAccessSignIn,
        documentation: `${documentation}#${selfAccessSignIn.id}`,
      },
    },
    cds_customerdata_version: 'v1',
    ...Object.fromEntries(kinds.map(({ api, path }) => [api, urls.listing(path)])),
    cds_usagesegments_api: urls.usageSegments,
    cds_usagesegments_additional_value_types: Object.fromEntries(
      additionalValueTypes.map((added) => [
        added.type,
        { ...added, documentation: `${documentation}#${added.type}` },
      ]),
    ),
  }
}
