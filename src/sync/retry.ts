/** How often a step is tried, and when again; times in milliseconds. */
export interface RetryRules {
  /** Tries of one step, the first one included. */
  attempts: number
  /** The pause after the first failure; each further one is twice as long. */
  backoffMs: number
  /** The longest that a `Retry-After` delays one try. */
  mostRetryAfterMs: number
  /** How long a utility may answer 202 to one request. */
  preparingMs: number
}

/** Nine tries take about two hours, then the daily round takes over. */
export const RETRY_RULES: RetryRules = {
  attempts: 9,
  backoffMs: 30_000,
  mostRetryAfterMs: 3_600_000,
  preparingMs: 24 * 3_600_000,
}

/** When a step that failed is tried again: after the back-off, and not before the utility wishes. */
export function nextTry(now: Date, tries: number, retryAfterMs: number | undefined, rules: RetryRules): Date {
  const backoffMs = rules.backoffMs * 2 ** Math.min(tries - 1, 30)
  const wishedMs = Math.min(retryAfterMs ?? 0, rules.mostRetryAfterMs)
  return new Date(now.getTime() + Math.max(backoffMs, wishedMs))
}

/**
 * When a feed that is being prepared is asked for again: as the utility wishes, and never sooner than a tenth of the time it has taken so far, so
 * that the requests of a day are a hundred and not a hundred thousand.
 */
export function nextLook(
  now: Date,
  since: Date,
  retryAfterMs: number,
  { mostRetryAfterMs }: Pick<RetryRules, 'mostRetryAfterMs'>,
): Date {
  const waitedMs = now.getTime() - since.getTime()
  return new Date(now.getTime() + Math.max(Math.min(retryAfterMs, mostRetryAfterMs), waitedMs / 10))
}
