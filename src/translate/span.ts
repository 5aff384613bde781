/** A stretch of time in epoch seconds, `end` not included. */
export interface Span {
  start: number
  end: number
}
