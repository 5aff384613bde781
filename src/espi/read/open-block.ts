import type { IntervalBlock } from '../model.ts'
import type { Readings } from '../readings.ts'

/** An IntervalBlock that the conforming parser has just opened, or closed an element in. */
export interface OpenBlock {
  block: IntervalBlock
  readings: Readings
  /** Whether that qualified name is ESPI's, where the block stands. */
  accepts(name: string): boolean
  /** The inside of its start tag, where the same tag behind its end would open another block like it. */
  tag: string | undefined
}
