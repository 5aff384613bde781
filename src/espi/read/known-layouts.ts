import { CUT, DIFFERENT, type Scannable, scannable } from './digit-layout.ts'
import { learnLayout } from './learn-layout.ts'
import type { OpenBlock } from './open-block.ts'
import { LONGEST_READING, type ReadingLayout } from './reading-layout.ts'

const ELEMENT = 'IntervalReading'
const CLOSE = Buffer.from(`${ELEMENT}>`)
const MOST = 8

/** The layouts of the readings so far. The one that fitted last comes first. */
export class KnownLayouts {
  private source: Scannable = scannable(Buffer.alloc(0))
  private readonly layouts: ReadingLayout[] = []
  /** Qualified name that the block being read takes for ESPI's. */
  private accepted: string | undefined

  /** Whatever is read from here on stands in these bytes. */
  readFrom(source: Scannable): void {
    this.source = source
  }

  /** What a name means may differ from block to block. */
  beginBlock(): void {
    this.accepted = undefined
  }

  /** Lines of the reading that was read last. */
  get lines(): number {
    return this.layouts[0]?.lines ?? 0
  }

  /** Tries the layouts known, then learns a new one; gives where the reading ends, DIFFERENT, or CUT. */
  read(open: OpenBlock, at: number, end: number): number {
    const { layouts } = this
    let cut = false
    for (let tried = 0; tried < layouts.length; tried++) {
      const layout = layouts[tried]
      if (!layout || !this.isAccepted(layout, open)) continue
      const after = layout.read(this.source, at, end, open.readings)
      if (after >= 0) {
        if (tried > 0) layouts.unshift(...layouts.splice(tried, 1))
        return after
      }
      cut ||= after === CUT
    }
    return cut ? CUT : this.learn(open, at, end)
  }

  private learn(open: OpenBlock, at: number, end: number): number {
    const { bytes } = this.source
    const limit = Math.min(end, at + LONGEST_READING)
    const close = bytes.subarray(at + ELEMENT.length, limit).indexOf(CLOSE)
    if (close < 0) return limit === end ? CUT : DIFFERENT
    const layout = learnLayout(bytes.toString('latin1', at, at + ELEMENT.length + close + CLOSE.length))
    if (!layout || !this.isAccepted(layout, open)) return DIFFERENT
    const after = layout.read(this.source, at, end, open.readings)
    if (after < 0) return DIFFERENT
    this.layouts.unshift(layout)
    this.layouts.splice(MOST)
    return after
  }

  private isAccepted({ name }: ReadingLayout, { accepts }: OpenBlock): boolean {
    if (name === this.accepted) return true
    if (!accepts(name)) return false
    this.accepted = name
    return true
  }
}
