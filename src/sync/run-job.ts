import { advanceRun } from './advance-run.ts'
import { dailyRound } from './daily-round.ts'
import type { SyncDeps } from './deps.ts'
import type { SyncJob } from './jobs.ts'
import type { DutyStore } from './stores.ts'

/** Each job's function. All are plain, and all may run twice. */
export async function runJob(
  job: SyncJob,
  deps: SyncDeps & { duties: Pick<DutyStore, 'finishRound'> },
  signal: AbortSignal,
): Promise<void> {
  switch (job.name) {
    case 'advance':
      return advanceRun(job.runId, deps, signal)
    case 'round':
      return dailyRound(job, deps)
  }
}
