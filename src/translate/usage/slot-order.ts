import type { Slots } from './slots.ts'

type Ranks = ReadonlyMap<number, number>

/** All slots by start, then lane, then age: of those for one place, the one that counts comes last. */
export function inOrderOfTime(slots: Slots): Int32Array {
  const order = new Int32Array(slots.length)
  for (let slot = 0; slot < order.length; slot++) order[slot] = slot
  if (isAscending(slots)) return order
  const ranks = laneRanks(slots)
  return sortedByKey(slots, ranks) ?? order.sort((a, b) => compare(slots, ranks, a, b))
}

function isAscending({ starts, length }: Slots): boolean {
  for (let slot = 1; slot < length; slot++) {
    if ((starts[slot] ?? 0) <= (starts[slot - 1] ?? 0)) return false
  }
  return true
}

/** By series index: the place of its lane among those of these slots, by their keys. */
function laneRanks({ finder, series, length }: Slots): Ranks {
  const present = [...new Set(series.subarray(0, length))].flatMap((index) => finder.all[index] ?? [])
  const keys = [...new Set(present.map(({ lane }) => lane.key))].sort()
  const rankOf = new Map(keys.map((key, rank) => [key, rank]))
  return new Map(present.map(({ index, lane }) => [index, rankOf.get(lane.key) ?? 0]))
}

/**
 * Start, lane and age as one integer each: sorting numbers needs no comparing function. Undefined where they would not
 * fit into a double.
 */
function sortedByKey({ starts, series, length }: Slots, ranks: Ranks): Int32Array | undefined {
  let [first, last] = [Number.POSITIVE_INFINITY, 0]
  for (let slot = 0; slot < length; slot++) {
    const start = starts[slot] ?? 0
    if (start < first) first = start
    if (start > last) last = start
  }
  const lanes = ranks.size
  if ((last - first + 1) * lanes * length > Number.MAX_SAFE_INTEGER) return undefined
  const keys = new Float64Array(length)
  for (let slot = 0; slot < length; slot++) {
    const place = ((starts[slot] ?? 0) - first) * lanes + (ranks.get(series[slot] ?? 0) ?? 0)
    keys[slot] = place * length + slot
  }
  keys.sort()
  const order = new Int32Array(length)
  for (let at = 0; at < length; at++)
    order[at] = (keys[at] ?? 0) - Math.floor((keys[at] ?? 0) / length) * length
  return order
}

function compare({ starts, series }: Slots, ranks: Ranks, a: number, b: number): number {
  const byStart = (starts[a] ?? 0) - (starts[b] ?? 0)
  return byStart || (ranks.get(series[a] ?? 0) ?? 0) - (ranks.get(series[b] ?? 0) ?? 0) || a - b
}
