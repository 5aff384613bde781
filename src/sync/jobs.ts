import type { UtilityAuthorizationId } from '../shared/ids.ts'

/** What a job carries: ids and numbers only, it lies in the queue in clear text. */
export type SyncJob =
  /** Begin a round of fetching, or go on with the one that is running. */
  | { name: 'plan'; utilityAuthorizationId: UtilityAuthorizationId; runId: string }
  /** Fetch, translate and store one window of a run. */
  | { name: 'fetch'; runId: string; number: number }
  /** All windows of a run are through: the grants learn of it. */
  | { name: 'settle'; runId: string }
  /** The daily round of one utility. */
  | { name: 'schedule'; utilityId: string }

/** Puts a job into the queue of a utility. The same job twice is one job while it waits or runs. */
export interface SyncQueue {
  add(utilityId: string, job: SyncJob): Promise<void>
}

/** The id of a job. BullMQ refuses `:` in ids. */
export function jobId(job: SyncJob): string {
  switch (job.name) {
    case 'plan':
      return `plan.${job.runId}`
    case 'fetch':
      return `fetch.${job.runId}.${job.number}`
    case 'settle':
      return `settle.${job.runId}`
    case 'schedule':
      return `schedule.${job.utilityId}`
  }
}
