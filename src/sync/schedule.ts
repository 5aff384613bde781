import type { SyncDeps } from './deps.ts'

/** How long data stays after the last grant that could see it is over; a customer who changes their mind finds it again. */
export const ERASED_AFTER_MS = 24 * 3_600_000

/**
 * The daily round of one utility: what has ended is purged, what nobody uses any more is erased, then every authorization that somebody still wants
 * news of gets a run, one a day.
 */
export async function scheduleUtility({ utilityId }: { utilityId: string }, deps: SyncDeps): Promise<void> {
  const now = deps.clock.now()
  await deps.store.purgeRawFeeds(now)
  await deps.purgeEnded(now)
  for (const id of await deps.listUnusedAuthorizations(utilityId, ERASED_AFTER_MS)) {
    await deps.withdrawAuthorization(id)
    await deps.store.eraseAuthorization(id)
    deps.log.info({ utility: utilityId, authorization: id }, 'erased what nobody uses')
  }
  for (const id of await deps.listActiveAuthorizations(utilityId)) {
    const { ongoing } = await deps.grants.wanted(id, now)
    if (!ongoing) continue
    const runId = `${id}.${now.toISOString().slice(0, 10)}`
    await deps.queue.add(utilityId, { name: 'plan', utilityAuthorizationId: id, runId })
  }
}
