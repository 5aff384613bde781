import type { BlockItem } from '../../espi/link/kin.ts'
import { LAST_SECOND } from '../span.ts'
import type { Source } from './sources.ts'

/** A block and when the first and the last of its readings begin. */
export interface PlacedBlock {
  item: BlockItem
  source: Source
  first: number
  last: number
}

/** The blocks of all sources in order of time. There may be a million: until its turn comes, each is a few numbers. */
export function* placedBlocks(sources: readonly Source[]): Generator<PlacedBlock> {
  const places = new Places(sources.reduce((sum, { blocks }) => sum + blocks.length, 0))
  for (const [source, { blocks }] of sources.entries()) {
    let at = 0
    for (const item of blocks) places.add(source, at++, item)
  }
  for (const index of places.inOrder()) {
    const source = sources[places.sources[index] ?? -1]
    const item = source?.blocks.at(places.ats[index] ?? -1)
    if (source && item) {
      yield { item, source, first: places.firsts[index] ?? 0, last: places.lasts[index] ?? 0 }
    }
  }
}

/** For each block its source, its place in that and among all of the documents, and its time. */
class Places {
  private length = 0
  readonly sources: Uint32Array
  readonly ats: Uint32Array
  readonly firsts: Float64Array
  readonly lasts: Float64Array
  private readonly places: Uint32Array

  constructor(size: number) {
    this.sources = new Uint32Array(size)
    this.ats = new Uint32Array(size)
    this.firsts = new Float64Array(size)
    this.lasts = new Float64Array(size)
    this.places = new Uint32Array(size)
  }

  add(source: number, at: number, item: BlockItem): void {
    const { first, last } = boundsOf(item)
    const index = this.length++
    this.sources[index] = source
    this.ats[index] = at
    this.firsts[index] = first
    this.lasts[index] = last
    this.places[index] = item.place
  }

  /** By the first reading, then as in the documents. Most feeds come in this order. */
  inOrder(): Uint32Array {
    const order = new Uint32Array(this.length).map((_, index) => index)
    const isSorted = order.every((index) => index === 0 || this.compare(index - 1, index) <= 0)
    return isSorted ? order : order.sort((a, b) => this.compare(a, b))
  }

  private compare(a: number, b: number): number {
    return (this.firsts[a] ?? 0) - (this.firsts[b] ?? 0) || (this.places[a] ?? 0) - (this.places[b] ?? 0)
  }
}

/** First and last start of a block's readings. Where one has no time of its own, the block may reach anywhere. */
function boundsOf({ block, readings }: BlockItem): { first: number; last: number } {
  const { from, to } = block
  let first = LAST_SECOND
  let last = 0
  for (let row = from; row < to; row++) {
    const start = readings.start(row)
    if (start < 0) return { first: 0, last: LAST_SECOND }
    if (start < first) first = start
    if (start > last) last = start
  }
  return { first, last: Math.min(last, LAST_SECOND) }
}
