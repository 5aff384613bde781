import { dailyRoundJob } from './daily-round.ts'
import type { SyncDeps } from './deps.ts'
import { describe } from './errors.ts'
import type { SyncJob } from './jobs.ts'
import { startSync } from './start-sync.ts'
import type { DutyStore } from './stores.ts'

export interface ReconcileDeps extends SyncDeps {
  duties: DutyStore
  /** Names this process among those that share the lease. */
  processId: string
  utilityIds: readonly string[]
  /** The local day whose daily round is due at a utility. */
  roundDay(utilityId: string, now: Date): string
}

export interface Reconciled {
  /** Jobs added again, because nothing had moved their runs. */
  jobs: number
  /** Authorizations of pending grants for which nothing was under way. */
  started: number
  rounds: number
}

const LEASE = 'reconcile'
/** Longer than any pause between two renewals; a killed holder is replaced after it. */
const LEASE_MS = 20_000
/** Left alone: whoever made them is probably still at it. */
const FRESH_MS = 60_000
const BATCH = 1_000
/** Jobs of one utility that one round adds: the queue does not run dry before the next round. */
const MOST_JOBS = 20_000

/**
 * Puts right what crashes, lost queues and full disks left: runs without a job, pending grants without a run, daily rounds that did not begin. Only what
 * should have moved a minute ago is touched, and adding a job that is there already changes nothing. Undefined: another process is at it.
 */
export async function reconcile(deps: ReconcileDeps): Promise<Reconciled | undefined> {
  if (!(await holdLease(deps))) return undefined
  try {
    const done: Reconciled = { jobs: 0, started: 0, rounds: 0 }
    for (const utilityId of deps.utilityIds) {
      done.rounds += await beginRound(utilityId, deps)
      done.jobs += await addOverdue(utilityId, deps)
    }
    done.started = await startStranded(deps)
    if (done.jobs + done.started > 0) deps.log.info(done, 'put right what had got stuck')
    return done
  } finally {
    await deps.duties.releaseLease(LEASE, deps.processId)
  }
}

function holdLease({ duties, processId, clock }: ReconcileDeps): Promise<boolean> {
  const now = clock.now()
  return duties.takeLease(LEASE, processId, new Date(now.getTime() + LEASE_MS), now)
}

async function beginRound(utilityId: string, deps: ReconcileDeps): Promise<number> {
  const now = deps.clock.now()
  const day = deps.roundDay(utilityId, now)
  if (!(await deps.duties.beginRound(utilityId, day, now))) return 0
  await deps.queue.add(utilityId, [dailyRoundJob(utilityId, day)])
  return 1
}

async function addOverdue(utilityId: string, deps: ReconcileDeps): Promise<number> {
  let added = 0
  while (added < MOST_JOBS && (await holdLease(deps))) {
    const overdue = await deps.store.takeOverdue(utilityId, deps.clock.now(), BATCH)
    const jobs = overdue.map(({ runId, step }): SyncJob => ({ name: 'advance', runId, step }))
    if (jobs.length === 0 || !(await deps.queue.add(utilityId, jobs))) break
    added += jobs.length
    if (jobs.length < BATCH) break
  }
  return added
}

async function startStranded(deps: ReconcileDeps): Promise<number> {
  const before = new Date(deps.clock.now().getTime() - FRESH_MS)
  const ids = await deps.duties.listStranded(deps.utilityIds, before, BATCH)
  for (const id of ids) {
    // One that cannot be started must not keep the others waiting.
    await startSync(id, deps).catch((error: unknown) =>
      deps.log.error({ authorization: id, error: describe(error) }, 'a pending grant cannot be loaded'),
    )
  }
  return ids.length
}
