import type { UtilityAuthorizationId } from '../shared/ids.ts'
import type { SyncDeps } from './deps.ts'

/**
 * Gives up an authorization that nobody uses: its tokens first, so that nothing more is fetched with them, then all that came through it.
 * Whoever crashes in between leaves it among the candidates of the daily round.
 */
export async function eraseUnused(
  id: UtilityAuthorizationId,
  deps: Pick<SyncDeps, 'unused' | 'withdrawAuthorization' | 'store' | 'log'>,
): Promise<void> {
  if (!(await deps.unused.isUnused(id))) return
  await deps.withdrawAuthorization(id)
  await deps.store.eraseAuthorization(id)
  deps.log.info({ authorization: id }, 'erased what nobody uses')
}
