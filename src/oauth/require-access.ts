import type { Request, RequestHandler } from 'express'
import { hashSecret } from '../shared/seal.ts'
import { type Access, setAccess } from './access.ts'
import { OAuthError } from './errors.ts'
import { mayUse } from './grant-access.ts'
import type { Limit, OpenLimit } from './limits.ts'
import { listOpenGrants, type OpenGrantsDeps } from './open-grants.ts'
import { addressOf, countOrRefuse } from './rate-limit.ts'
import type { OauthSettings } from './settings.ts'
import type { AccessKind, AccessToken, Grant, TokenStore } from './stores.ts'

export interface RequireAccessDeps extends OpenGrantsDeps {
  tokens: Pick<TokenStore, 'findAccess'>
  openLimit: OpenLimit
  settings: Pick<OauthSettings, 'tokenFailuresPerHour' | 'changesPerHour'>
}

/**
 * Lets a request through when its bearer token opens this kind of API; `accessOf(response)` then says what it opens.
 * Otherwise 401 or 403 with `WWW-Authenticate` (RFC 6750 §3). Requests without a valid token are limited by address, changes at the
 * admin APIs by registration (CDS-WG1-02 §11.3 #rate-limiting).
 */
export function requireAccess(kind: AccessKind, deps: RequireAccessDeps): RequestHandler {
  const failures = deps.openLimit('unknown tokens of an address', deps.settings.tokenFailuresPerHour)
  const changes = deps.openLimit('changes of a registration', deps.settings.changesPerHour)
  return async (request, response, next) => {
    const access = await findOrCount(request, kind, { ...deps, failures })
    if (kind === 'client_admin' && !READS.has(request.method)) {
      await countOrRefuse(changes, access.registrationId)
    }
    setAccess(response, access)
    // What a token opens is for its client alone: no cache between us may keep it.
    response.set('Cache-Control', 'private, no-store')
    next()
  }
}

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD'])

async function findOrCount(
  request: Request,
  kind: AccessKind,
  deps: RequireAccessDeps & { failures: Limit },
): Promise<Access> {
  try {
    return await findAccess(request.get('authorization'), kind, deps)
  } catch (error) {
    const isUnknown = error instanceof OAuthError && error.code === 'invalid_token'
    if (isUnknown) await countOrRefuse(deps.failures, addressOf(request))
    throw error
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
  if (!client || !mayUse(token.scope, client)) throw notValid()
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
async function openGrants(token: AccessToken, deps: RequireAccessDeps): Promise<Grant[]> {
  if (token.kind !== 'customer_data') return []
  const open = await listOpenGrants(token.grantIds, deps)
  if (open.length === 0) throw notValid()
  return open
}
