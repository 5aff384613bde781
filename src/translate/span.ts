/** A stretch of time in epoch seconds, `end` not included. */
export interface Span {
  start: number
  end: number
}

/** The last second of the year 9999: what a datetime on the wire can say. */
export const LAST_SECOND = 253_402_300_799
