import { GatewayError } from '../shared/errors.ts'

/** The job is not to run before a moment. Not a failure: the queue keeps it until then. */
export class NotBeforeError extends GatewayError {
  readonly permanent = false
  readonly notBefore: Date

  constructor(notBefore: Date) {
    super(`not before ${notBefore.toISOString()}`)
    this.notBefore = notBefore
  }
}

/** The utility is paused: none of its jobs is to run before a moment. Not a failure. */
export class UtilityPausedError extends GatewayError {
  readonly permanent = false
  readonly until: Date

  constructor(until: Date) {
    super(`the utility is paused until ${until.toISOString()}`)
    this.until = until
  }
}

/** A step was begun as often as it may be, and none of the tries came back to tell why. */
export class TriesUsedUpError extends GatewayError {
  readonly permanent = true

  constructor(tries: number, lastFailure: string | null) {
    super(`given up after ${tries} tries: ${lastFailure ?? 'each was cut off'}`)
  }
}

/** The utility answers 202 for longer than anybody waits. */
export class NeverReadyError extends GatewayError {
  readonly permanent = true

  constructor(since: Date) {
    super(`the utility has been preparing the feed since ${since.toISOString()}`)
  }
}

/** An error as a log and a queue may hold it: our own messages are written for that, others are named by their class. */
export function describe(error: unknown): string {
  if (error instanceof GatewayError) return `${error.name}: ${error.message}`
  if (!(error instanceof Error)) return 'unknown error'
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : ''
  return `${error.name}${code}`
}
