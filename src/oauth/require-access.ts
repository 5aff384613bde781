import type { RequestHandler } from 'express'
import type { Clock } from '../shared/clock.ts'
import { hashSecret } from '../shared/seal.ts'
import { type Access, setAccess } from './access.ts'
import { OAuthError } from './errors.ts'
import { givesAccess } from './grant-access.ts'
import type { AccessKind, AccessToken, ClientStore, Grant, GrantStore, TokenStore } from './stores.ts'

export interface RequireAccessDeps {
  tokens: Pick<TokenStore, 'findAccess'>
  clients: Pick<ClientStore, 'find'>
  grants: Pick<GrantStore, 'find'>
  clock: Clock
}

/**
 * Lets a request through when its bearer token opens this kind of API; `accessOf(response)` then says what it opens.
 * Otherwise 401 or 403 with `WWW-Authenticate` (RFC 6750 §3).
 */
export function requireAccess(kind: AccessKind, deps: RequireAccessDeps): RequestHandler {
  return async (request, response, next) => {
    setAccess(response, await findAccess(request.get('authorization'), kind, deps))
    // What a token opens is for its client alone: no cache between us may keep it.
    response.set('Cache-Control', 'private, no-store')
    next()
  }
}

async function findAccess(
  header: string | undefined,
  kind: AccessKind,
  deps: RequireAccessDeps,
): Promise<Access> {
  const token = await findToken(header, deps)
  if (token.kind !== kind) throw new OAuthError('insufficient_scope', NEEDED[kind])
  const client = await deps.clients.find(token.clientId)
  if (!client || client.status === 'disabled') throw notValid()
  const grants = await openGrants(token, deps)
  return {
    kind,
    clientId: client.clientId,
    registrationId: client.registrationId,
    grantIds: grants.map(({ grantId }) => grantId),
    grants,
    scope: token.scope.split(' '),
  }
}

const NEEDED: Record<AccessKind, string> = {
  client_admin: 'this API needs a token with the scope cds_client_admin',
  customer_data: 'this API needs a token for customer data, not one for client administration',
}

/** The token of the `Authorization` header (RFC 6750 §2.1); we take none from a query or a form. */
async function findToken(header: string | undefined, deps: RequireAccessDeps): Promise<AccessToken> {
  if (!header) {
    throw new OAuthError('invalid_token', 'no access token: send it as Authorization: Bearer <token>')
  }
  const match = /^bearer +([A-Za-z0-9._~+/=-]+) *$/i.exec(header)
  const token = match?.[1] && (await deps.tokens.findAccess(hashSecret(match[1])))
  if (!token || token.expiresAt <= deps.clock.now()) throw notValid()
  return token
}

function notValid(): OAuthError {
  return new OAuthError('invalid_token', 'the access token is unknown, expired or revoked: get a new one')
}

/** CDS-WG1-02 §8.2 #grant-statuses: which grants of the token still give access. None left: the token is dead. */
async function openGrants(token: AccessToken, { grants, clock }: RequireAccessDeps): Promise<Grant[]> {
  if (token.kind !== 'customer_data') return []
  const found = await Promise.all(token.grantIds.map((id) => grants.find(id)))
  const open = found.filter((grant) => grant !== undefined).filter((grant) => givesAccess(grant, clock.now()))
  if (open.length === 0) throw notValid()
  return open
}
