/** Where time comes from. Passed in, so that a test can hold it still. */
export interface Clock {
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }

/** A clock that stands still, or moves only when told to. */
export function fixedClock(start: string | Date): Clock & { advance(ms: number): void } {
  let time = new Date(start).getTime()
  return {
    now: () => new Date(time),
    advance: (ms) => {
      time += ms
    },
  }
}

/** A date becomes the RFC 3339 datetime of the wire, whole seconds, UTC (CDS-WG1-02 §2 "datetime"). */
export function toDatetime(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`
}

/** Epoch seconds become the RFC 3339 datetime of the wire. Years beyond 9999 are refused by the caller's range check. */
export function epochToDatetime(seconds: number): string {
  return toDatetime(new Date(seconds * 1000))
}
