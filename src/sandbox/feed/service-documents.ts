import type { Authorization } from '../authorizations.ts'
import { type Custodian, resourceUriOf, urisOf } from '../custodian.ts'
import type { SandboxClient } from '../options.ts'
import { type Entry, ESPI } from './atom.ts'
import { period } from './usage-payloads.ts'
import { element, withAttributes } from './xml.ts'

const PRODUCTION = 2
const ACTIVE = 1
const REVOKED = 0
/** Spec silent: for an authorization without end we say the year 2100. */
const NEVER = 4_102_444_800

/** `ReadServiceStatus`: no Atom around it. 1 is normal. */
export function serviceStatusDocument(): string {
  const status = withAttributes(element('ServiceStatus', element('currentStatus', 1)), { xmlns: ESPI })
  return `<?xml version="1.0" encoding="UTF-8"?>\n${status.xml}\n`
}

/** One Authorization as an entry; a duration of 0 has no end. */
export function authorizationEntry(authorization: Authorization, custodian: Custodian): Entry {
  const { authorizationURI, resourceURI, ...customer } = urisOf(authorization, custodian)
  const { createdAt, endsAt } = authorization
  const { book, directory } = custodian
  const { from } = directory.territory().history
  const payload = element(
    'Authorization',
    period('authorizedPeriod', createdAt, endsAt === 0 ? 0 : endsAt - createdAt),
    period('publishedPeriod', from, 0),
    element('status', book.isActive(authorization) ? ACTIVE : REVOKED),
    element('expires_at', endsAt === 0 ? NEVER : endsAt),
    element('grant_type', 'authorization_code'),
    element('scope', authorization.scope),
    element('token_type', 'Bearer'),
    element('resourceURI', resourceURI),
    element('authorizationURI', authorizationURI),
    'customerResourceURI' in customer && element('customerResourceURI', customer.customerResourceURI),
  )
  return {
    title: 'Authorization',
    links: [
      { rel: 'self', href: authorizationURI, type: 'espi-entry/Authorization' },
      { rel: 'up', href: `${resourceUriOf(custodian)}/Authorization`, type: 'espi-feed/Authorization' },
    ],
    published: createdAt,
    updated: book.now(),
    content: [withAttributes(payload, { xmlns: ESPI })],
    contentType: custodian.dialect.contentType,
  }
}

/**
 * What the custodian knows of a Third Party. Divergence: the schema wants client_secret and registration_access_token;
 * a text that says they are not shown stands in their place.
 */
export function applicationInformationEntry(client: SandboxClient, custodian: Custodian): Entry {
  const { dialect, baseUrl, book } = custodian
  const resources = resourceUriOf(custodian)
  const self = `${resources}/ApplicationInformation/${client.clientId}`
  const name = client.name ?? client.clientId
  const blocks = dialect.offeredBlocks.join('_')
  const payload = element(
    'ApplicationInformation',
    element('dataCustodianId', dialect.id),
    element('dataCustodianApplicationStatus', PRODUCTION),
    element('thirdPartyNotifyUri', 'https://third-party.example/notify'),
    element('authorizationServerAuthorizationEndpoint', `${baseUrl()}${dialect.oauthPath}/authorize`),
    element('authorizationServerTokenEndpoint', `${baseUrl()}${dialect.oauthPath}/token`),
    element('dataCustodianBulkRequestURI', `${resources}/Batch/Bulk/${client.clientId}`),
    element('dataCustodianResourceEndpoint', resources),
    element('client_secret', 'not shown'),
    element('client_name', name),
    client.redirectUris.map((uri) => element('redirect_uri', uri)),
    element('client_id', client.clientId),
    element('software_id', name),
    element('software_version', '1'),
    element('client_id_issued_at', 1_262_304_000),
    element('client_secret_expires_at', 0),
    element('token_endpoint_auth_method', 'client_secret_basic'),
    element('scope', `FB=${blocks};IntervalDuration=900_3600;BlockDuration=daily;HistoryLength=63072000`),
    ['authorization_code', 'refresh_token', 'client_credentials'].map((grant) =>
      element('grant_types', grant),
    ),
    element('response_types', 'code'),
    element('registration_client_uri', self),
    element('registration_access_token', 'not shown'),
  )
  return {
    title: 'ApplicationInformation',
    links: [
      { rel: 'self', href: self, type: 'espi-entry/ApplicationInformation' },
      { rel: 'up', href: `${resources}/ApplicationInformation`, type: 'espi-feed/ApplicationInformation' },
    ],
    published: book.now(),
    updated: book.now(),
    content: [withAttributes(payload, { xmlns: ESPI })],
    contentType: dialect.contentType,
  }
}
