import type { RequestHandler } from 'express'
import { newLru } from '../shared/lru.ts'
import type { Access } from './access.ts'
import { failureCounter, hashOfBearer } from './bearer-token.ts'
import { setGatedAccess } from './current-access.ts'
import { OAuthError } from './errors.ts'
import { openAccess } from './open-access.ts'
import type { RequireAccessDeps } from './require-access.ts'
import type { HeldAccess } from './stores.ts'

/** What is kept in memory. A token of 10,000 grants counts for some 25 MB: others have less room then, and are loaded more often. */
const MOST_KEPT = { entries: 20_000, weight: 128 * 1024 * 1024 }

/**
 * As `requireAccess` for customer data, with what the token held when it was last loaded: nothing is asked here of a token that is known.
 * The handler reads through `withCurrentAccess`, whose gate ends what was revoked since; times are looked at here, each time.
 */
export function requireCachedAccess(deps: RequireAccessDeps, most = MOST_KEPT): RequestHandler {
  const kept = newLru<string, HeldAccess>(most)
  const countFailures = failureCounter(deps)

  const load = async (hash: Buffer, key: string): Promise<Access> => {
    const held = await deps.tokens.findHeld(hash)
    kept.delete(key)
    const access = open(held, deps)
    if (held) kept.set(key, held, held.bytes)
    return access
  }

  return async (request, response, next) => {
    const gated = await countFailures(request, async () => {
      const hash = hashOfBearer(request)
      const key = hash.toString('base64')
      const access = openKept(kept.get(key), deps) ?? (await load(hash, key))
      return { access, reload: () => countFailures(request, () => load(hash, key)) }
    })
    setGatedAccess(response, gated)
    // What a token opens is for its client alone: no cache between us may keep it.
    response.set('Cache-Control', 'private, no-store')
    next()
  }
}

function open(held: HeldAccess | undefined, { clock }: Pick<RequireAccessDeps, 'clock'>): Access {
  return openAccess(held, { kind: 'customer_data', now: clock.now() })
}

/** Nobody is refused by what was kept: a grant that has expired may have been prolonged since. */
function openKept(held: HeldAccess | undefined, deps: Pick<RequireAccessDeps, 'clock'>): Access | undefined {
  if (!held) return undefined
  try {
    const access = open(held, deps)
    return { ...access, gate: { clientId: access.clientId, version: held.version } }
  } catch (error) {
    if (error instanceof OAuthError) return undefined
    throw error
  }
}
