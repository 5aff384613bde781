import type { RequestHandler } from 'express'
import type { Clock } from '../shared/clock.ts'
import { setAccess } from './access.ts'
import { failureCounter, hashOfBearer } from './bearer-token.ts'
import type { OpenLimit } from './limits.ts'
import { openAccess } from './open-access.ts'
import { countOrRefuse } from './rate-limit.ts'
import type { OauthSettings } from './settings.ts'
import type { AccessKind, TokenStore } from './stores.ts'

export interface RequireAccessDeps {
  tokens: Pick<TokenStore, 'findHeld'>
  openLimit: OpenLimit
  clock: Clock
  settings: Pick<OauthSettings, 'tokenFailuresPerHour' | 'changesPerHour'>
}

/**
 * Lets a request through when its bearer token opens this kind of API; `accessOf(response)` then says what it opens.
 * Otherwise 401 or 403 with `WWW-Authenticate` (RFC 6750 §3). Requests without a valid token are limited by address, changes at the
 * admin APIs by registration (CDS-WG1-02 §11.3 #rate-limiting).
 */
export function requireAccess(kind: AccessKind, deps: RequireAccessDeps): RequestHandler {
  const countFailures = failureCounter(deps)
  const changes = deps.openLimit('changes of a registration', deps.settings.changesPerHour)
  return async (request, response, next) => {
    const access = await countFailures(request, async () => {
      const held = await deps.tokens.findHeld(hashOfBearer(request))
      return openAccess(held, { kind, now: deps.clock.now() })
    })
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
