import type { ClientObject } from '../cds/wire/client.ts'
import { toDatetime } from '../shared/clock.ts'
import type { Client } from './stores.ts'
import type { Urls } from './urls.ts'

/** A client becomes the Client Object of the wire, CDS-WG1-02 §5.1 #client-format. */
export function toClientObject(client: Client, urls: Urls): ClientObject {
  return {
    client_id: client.clientId,
    client_id_issued_at: Math.floor(client.created.getTime() / 1000),
    scope: client.scope,
    redirect_uris: [...client.redirectUris],
    response_types: [...client.responseTypes],
    grant_types: [...client.grantTypes],
    token_endpoint_auth_method: client.tokenEndpointAuthMethod,
    authorization_details_types: [...client.authorizationDetailsTypes],
    client_name: client.clientName,
    contacts: [...client.contacts],
    ...(client.clientUri === null ? {} : { client_uri: client.clientUri }),
    ...(client.logoUri === null ? {} : { logo_uri: client.logoUri }),
    ...(client.tosUri === null ? {} : { tos_uri: client.tosUri }),
    ...(client.policyUri === null ? {} : { policy_uri: client.policyUri }),
    cds_created: toDatetime(client.created),
    cds_modified: toDatetime(client.modified),
    cds_client_uri: urls.client(client.clientId),
    cds_status: client.status,
    cds_status_options: [...client.statusOptions],
    cds_server_metadata: urls.serverMetadata,
    ...(client.defaultScope === null ? {} : { cds_default_scope: client.defaultScope }),
    ...(client.defaultRedirectUri === null ? {} : { cds_default_redirect_uri: client.defaultRedirectUri }),
    ...(client.defaultAuthorizationDetails === null
      ? {}
      : { cds_default_authorization_details: [...client.defaultAuthorizationDetails] }),
  }
}
