import type { SyncDeps } from './deps.ts'
import { fetchWindow } from './fetch-window.ts'
import type { SyncJob } from './jobs.ts'
import { planSync } from './plan-sync.ts'
import { scheduleUtility } from './schedule.ts'
import { settleRun } from './settle-run.ts'

/** Each job's function. All are plain, and all may run twice. */
export async function runJob(job: SyncJob, deps: SyncDeps): Promise<void> {
  switch (job.name) {
    case 'plan':
      return planSync(job, deps)
    case 'fetch':
      return fetchWindow(job, deps)
    case 'settle':
      return settleRun(job, deps)
    case 'schedule':
      return scheduleUtility(job, deps)
  }
}
