import type { Entry } from '../model.ts'
import { Column } from '../read/column.ts'
import { Progression } from '../read/progression.ts'
import type { Readings } from '../readings.ts'
import type { BlockItem } from './kin.ts'

/** The blocks of one meter reading: an array, or what reads like one. */
export interface Blocks extends Iterable<BlockItem> {
  readonly length: number
  at(index: number): BlockItem | undefined
}

/** Blocks that are made anew each time they are asked for: of a million, each takes some 10 bytes instead of 100. */
export class BlockList implements Blocks {
  private readonly entries: Entry[] = []
  /** Which payload of its entry each is. */
  private readonly payloads = new Column()
  private readonly places = new Progression()
  private readonly feeds: Readings[] = []
  private readonly feedOf = new Column()

  get length(): number {
    return this.entries.length
  }

  push(entry: Entry, payload: number, readings: Readings, place: number): void {
    const index = this.entries.push(entry) - 1
    if (this.feeds.at(-1) !== readings) this.feeds.push(readings)
    this.payloads.set(index, payload)
    this.places.append(index, place)
    this.feedOf.set(index, this.feeds.length - 1)
  }

  at(index: number): BlockItem | undefined {
    const entry = this.entries[index]
    const readings = this.feeds[this.feedOf.get(index)]
    const block = entry?.payloads[this.payloads.get(index)]
    if (!entry || !readings || block?.type !== 'intervalBlock') return undefined
    return { entry, block, readings, place: this.places.get(index) }
  }

  *[Symbol.iterator](): Generator<BlockItem> {
    for (let index = 0; index < this.length; index++) {
      const item = this.at(index)
      if (item) yield item
    }
  }
}
