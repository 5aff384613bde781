import type { SyncDeps } from './deps.ts'

/** The daily round of one utility: every authorization that somebody still wants news of gets a run, one a day. */
export async function scheduleUtility({ utilityId }: { utilityId: string }, deps: SyncDeps): Promise<void> {
  const now = deps.clock.now()
  await deps.store.purgeRawFeeds(now)
  for (const id of await deps.listActiveAuthorizations(utilityId)) {
    const { ongoing } = await deps.grants.wanted(id, now)
    if (!ongoing) continue
    const runId = `${id}.${now.toISOString().slice(0, 10)}`
    await deps.queue.add(utilityId, { name: 'plan', utilityAuthorizationId: id, runId })
  }
}
