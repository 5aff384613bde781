/** Counts what happens under a key, up to so much an hour. */
export interface Limit {
  /** Counts one more. Undefined within the limit, else how long until the count begins anew, in milliseconds. */
  count(...key: string[]): Promise<number | undefined>
  /** Forgets what was counted. */
  clear(...key: string[]): Promise<void>
}

/** A limit by its name, shared by all processes. `clears`: its counts may be cleared before the hour is over. */
export type OpenLimit = (name: string, perHour: number, options?: { clears?: true }) => Limit
