import type { Step } from './stores.ts'

/** What a job carries: ids and numbers only, it lies in the queue in clear text. */
export type SyncJob =
  /** Do what comes next in a run. The step only tells one job of a run from the next. */
  | { name: 'advance'; runId: string; step: Step }
  /** The daily round of one utility, on one of its local days. */
  | { name: 'round'; utilityId: string; day: string }

/**
 * Puts jobs into the queue of a utility. The same job twice is one job while it waits or runs. False: the queue does not answer. Nothing
 * is lost by that, since what must happen stands in the store: whoever reconciles adds the job again.
 */
export interface SyncQueue {
  add(utilityId: string, jobs: readonly SyncJob[]): Promise<boolean>
}

/** The id of a job. BullMQ refuses `:` in ids. */
export function jobId(job: SyncJob): string {
  switch (job.name) {
    case 'advance':
      return `advance.${job.runId}.${job.step}`
    case 'round':
      return `round.${job.utilityId}.${job.day}`
  }
}
