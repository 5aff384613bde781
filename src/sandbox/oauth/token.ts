import { type RequestHandler, raw } from 'express'
import type { Authorization, AuthorizationBook } from '../authorizations.ts'
import { authorize, type Custodian, resourceUriOf, urisOf } from '../custodian.ts'
import { agreementsOf } from '../customers/model.ts'
import type { SandboxClient } from '../options.ts'
import { includesBills, includesCustomer, isGrantable, parseScope } from '../scope.ts'
import { authenticateClient } from './client-authentication.ts'
import type { CodeBook } from './codes.ts'
import { sendTokenError, TokenError } from './errors.ts'
import { readForm } from './read-form.ts'

const ACCESS_TOKEN_SECONDS = 3600
const REFRESH_TOKEN_SECONDS = 365 * 86_400

type Form = ReadonlyMap<string, string>
type Grant = (form: Form, client: SandboxClient, custodian: Custodian, codes: CodeBook) => object

/** The token endpoint: RFC 6749 §4.1.3, §4.3, §4.4 and §6 with ESPI's URIs in the answer. */
export function tokenEndpoint(custodian: Custodian, codes: CodeBook): RequestHandler[] {
  const answer: RequestHandler = async (request, response) => {
    try {
      const form = await readForm(request)
      const client = authenticateClient(request.headers.authorization, form, custodian.clients)
      const grant = GRANTS.get(required(form, 'grant_type'))
      if (!grant) throw new TokenError('unsupported_grant_type', 'This grant type is not offered.')
      response.set('Cache-Control', 'no-store').json(grant(form, client, custodian, codes))
    } catch (error) {
      if (!(error instanceof TokenError)) throw error
      custodian.log.info(
        { error: error.code, dialect: custodian.dialect.id },
        'sandbox refused a token request',
      )
      sendTokenError(error, response)
    }
  }
  return [raw({ type: () => true, limit: '64kb' }), answer]
}

/** RFC 6749 §4.1.3: the code, once, within its minute, to the same client with the same redirect URI. */
const byCode: Grant = (form, client, custodian, codes) => {
  const issued = codes.spend(required(form, 'code'))
  if (!issued || issued.clientId !== client.clientId) throw invalidGrant('The code is unknown.')
  if (issued.used) {
    // §4.1.2: a code that comes twice may be stolen, so what it gave is taken back.
    custodian.book.revoke(issued.authorizationId)
    throw invalidGrant('The code was used before.')
  }
  if (issued.expired) throw invalidGrant('The code has expired.')
  if (form.get('redirect_uri') !== issued.redirectUri)
    throw invalidGrant('The redirect_uri is not that of the request.')
  return tokensFor(activeAuthorization(issued.authorizationId, custodian.book), client, custodian)
}

/** RFC 6749 §6; a rotated refresh token that comes again ends the whole authorization. */
const byRefreshToken: Grant = (form, client, custodian) => {
  const { book, dialect } = custodian
  const token = required(form, 'refresh_token')
  const issued = book.findToken(token)
  if (issued?.kind !== 'refresh' || !('authorizationId' in issued.holder)) {
    throw invalidGrant('The refresh token is unknown or expired.')
  }
  const authorization = book.find(issued.holder.authorizationId)
  if (authorization?.clientId !== client.clientId)
    throw invalidGrant('The refresh token is unknown or expired.')
  if (issued.used) {
    book.revoke(authorization.id)
    throw invalidGrant('The refresh token was used before.')
  }
  const active = activeAuthorization(authorization.id, book)
  const scope = form.get('scope')
  if (scope !== undefined && scope !== active.scope) {
    throw new TokenError('invalid_scope', 'Repeat the granted scope as it is, or leave it out.')
  }
  if (!(client.rotatesRefreshTokens ?? dialect.rotatesRefreshTokens))
    return tokensFor(active, client, custodian, token)
  book.markUsed(token)
  return tokensFor(active, client, custodian)
}

/** RFC 6749 §4.4: what ESPI calls the client_access_token. */
const byClient: Grant = (form, client, custodian) => {
  const expiresAt = custodian.book.now() + ACCESS_TOKEN_SECONDS
  return {
    access_token: custodian.book.issue('access', { clientId: client.clientId }, expiresAt),
    token_type: 'Bearer',
    expires_in: ACCESS_TOKEN_SECONDS,
    scope: form.get('scope') ?? 'FB=34_35',
    resourceURI: `${resourceUriOf(custodian)}/Batch/Bulk/${client.clientId}`,
    authorizationURI: `${resourceUriOf(custodian)}/Authorization`,
  }
}

/** RFC 6749 §4.3: the customer's own name and password, for all of the customer's usage points. */
const byPassword: Grant = (form, client, custodian) => {
  const { dialect, directory, book } = custodian
  if (client.passwordGrant === false)
    throw new TokenError('unauthorized_client', 'The password grant is not for this client.')
  const holder = directory.signIn(required(form, 'username'), required(form, 'password'))
  if (!holder) throw invalidGrant('The username or password is wrong.')
  const requestedScope = form.get('scope') ?? 'FB=4_16_46'
  const scope = parseScope(requestedScope)
  if (!isGrantable(scope, dialect))
    throw new TokenError('invalid_scope', 'This custodian does not offer this scope.')
  const approval = {
    clientId: client.clientId,
    holder,
    requestedScope,
    usagePointIds: agreementsOf(holder.customer).map(({ usagePoint }) => usagePoint.id),
    bills: includesBills(scope),
    customer: includesCustomer(scope),
    endsAt: 0,
  }
  return tokensFor(activeAuthorization(authorize(approval, custodian).id, book), client, custodian)
}

const GRANTS: ReadonlyMap<string, Grant> = new Map([
  ['authorization_code', byCode],
  ['refresh_token', byRefreshToken],
  ['client_credentials', byClient],
  ['password', byPassword],
])

/** The answer of RFC 6749 §5.1 with ESPI's URIs; a refresh token is new unless one is kept. */
function tokensFor(
  authorization: Authorization,
  { accessTokenSeconds = ACCESS_TOKEN_SECONDS }: SandboxClient,
  custodian: Custodian,
  keptRefreshToken?: string,
): object {
  const { book } = custodian
  const now = book.now()
  const holder = { authorizationId: authorization.id }
  const ends = authorization.endsAt === 0 ? Number.POSITIVE_INFINITY : authorization.endsAt
  const refreshEnds = Math.min(now + REFRESH_TOKEN_SECONDS, ends)
  const accessEnds = Math.min(now + accessTokenSeconds, ends)
  return {
    access_token: book.issue('access', holder, accessEnds),
    token_type: 'Bearer',
    expires_in: accessEnds - now,
    refresh_token: keptRefreshToken ?? book.issue('refresh', holder, refreshEnds),
    scope: authorization.scope,
    ...urisOf(authorization, custodian),
  }
}

function activeAuthorization(id: string, book: AuthorizationBook): Authorization {
  const authorization = book.find(id)
  if (!authorization || !book.isActive(authorization))
    throw invalidGrant('The customer no longer allows this.')
  return authorization
}

function required(form: Form, name: string): string {
  const value = form.get(name)
  if (!value) throw new TokenError('invalid_request', `The parameter ${name} is missing.`)
  return value
}

function invalidGrant(description: string): TokenError {
  return new TokenError('invalid_grant', description)
}
