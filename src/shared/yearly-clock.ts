/** What a zone's clock does in one year. */
export interface YearlyClock {
  readonly year: number
  /** Seconds that standard time is ahead of UTC, and daylight saving time ahead of that. */
  readonly standard: number
  readonly ahead: number
  /** Epoch seconds of the change to daylight saving time and back. */
  readonly begins: number | undefined
  readonly ends: number | undefined
}

type OffsetAt = (epochSeconds: number) => number

/** The clock of a zone, whose offset at any instant is given, in one year. */
export function yearlyClock(offsetAt: OffsetAt, year: number): YearlyClock {
  const months = Array.from({ length: 13 }, (_, month) => Date.UTC(year, month, 1) / 1000)
  const offsets = months.map(offsetAt)
  const standard = Math.min(...offsets)
  const changeBetween = (up: boolean): number | undefined => {
    const at = offsets.findIndex((offset, index) => {
      const next = offsets[index + 1] ?? offset
      return up ? next > offset : next < offset
    })
    const [from, to] = [months[at], months[at + 1]]
    return from === undefined || to === undefined ? undefined : changeBetweenMoments(offsetAt, from, to)
  }
  return {
    year,
    standard,
    ahead: Math.max(...offsets) - standard,
    begins: changeBetween(true),
    ends: changeBetween(false),
  }
}

/** The first second between `from` and `to` at which the offset is no longer that of `from`. */
function changeBetweenMoments(offsetAt: OffsetAt, from: number, to: number): number {
  const before = offsetAt(from)
  let [low, high] = [from, to]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offsetAt(middle) === before) low = middle
    else high = middle
  }
  return high
}
