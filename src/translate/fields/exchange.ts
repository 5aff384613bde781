import { type Field, type FieldMap, refused } from './row.ts'

/** What custodian and third party tell each other: read where it is asked for (`src/upstream/`), and no customer data. */
const notData: Field = refused('resource_not_translated')

function all(names: string): Record<string, Field> {
  return Object.fromEntries(names.split(' ').map((name) => [name, notData]))
}

/** Authorization, ApplicationInformation, BatchList and ServiceStatus, ESPI 4.0 espi.xsd. */
export const exchangeFields: FieldMap = {
  Authorization: {
    extends: 'IdentifiedObject',
    fields: all(
      'authorizedPeriod publishedPeriod status expires_at grant_type scope token_type error error_description error_uri resourceURI authorizationURI customerResourceURI',
    ),
  },
  ApplicationInformation: {
    extends: 'IdentifiedObject',
    fields: all(
      'dataCustodianId dataCustodianApplicationStatus thirdPartyApplicationDescription thirdPartyApplicationStatus thirdPartyApplicationType thirdPartyApplicationUse thirdPartyPhone authorizationServerUri thirdPartyNotifyUri authorizationServerAuthorizationEndpoint authorizationServerRegistrationEndpoint authorizationServerTokenEndpoint dataCustodianBulkRequestURI dataCustodianResourceEndpoint thirdPartyScopeSelectionScreenURI thirdPartyUserPortalScreenURI client_secret logo_uri client_name client_uri redirect_uri client_id tos_uri policy_uri software_id software_version client_id_issued_at client_secret_expires_at contacts token_endpoint_auth_method scope grant_types response_types registration_client_uri registration_access_token dataCustodianScopeSelectionScreenURI',
    ),
  },
  BatchListType: { fields: all('resources') },
  ServiceStatus: { extends: 'Object', fields: all('currentStatus') },
}
