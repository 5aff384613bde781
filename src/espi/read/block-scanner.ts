import { CUT, scannable } from './digit-layout.ts'
import { KnownLayouts } from './known-layouts.ts'
import { KnownTurn } from './known-turn.ts'
import type { OpenBlock } from './open-block.ts'
import { LONGEST_READING } from './reading-layout.ts'

const [TAB, LINE_FEED, RETURN, BLANK, SLASH, COLON, LESS, GREATER] = [9, 10, 13, 32, 47, 58, 60, 62] as const

const ELEMENT = Buffer.from('IntervalReading')
const WINDOW = 2 ** 18
const LONGEST_PREFIX = 64

/** The conforming path, as far as the scanner needs it. */
export interface Conforming {
  write(bytes: Uint8Array): void
  /** The block whose content goes on right behind what was written; undefined where anything else does. */
  openBlock(): OpenBlock | undefined
  /** Lines that were read without it. */
  skipLines(lines: number): void
  /** Ends the block that is open, and opens another like it behind so many characters. */
  nextBlock(gap: number): OpenBlock
}

/**
 * Reads plain IntervalReadings by comparing them with the layouts of those before, and leaves everything else to the
 * conforming parser: which alone knows where a block is open, so that a comment or a CDATA section is never misread.
 * Bytes must be of a charset whose bytes below 128 are ASCII.
 */
export class BlockScanner {
  private readonly conforming: Conforming
  private buffer = Buffer.alloc(0)
  private source = scannable(this.buffer)
  private readonly layouts = new KnownLayouts()
  private readonly turns = new KnownTurn()
  /** Bytes of the buffer that are filled, and of those, handed on. */
  private end = 0
  private at = 0

  constructor(conforming: Conforming) {
    this.conforming = conforming
  }

  write(chunk: Uint8Array): void {
    this.reserve(this.end + chunk.length)
    for (let from = 0; from < chunk.length; ) {
      const taken = Math.min(chunk.length - from, this.buffer.length - this.end)
      this.buffer.set(chunk.subarray(from, from + taken), this.end)
      this.end += taken
      from += taken
      this.scan()
      this.buffer.copyWithin(0, this.at, this.end)
      this.end -= this.at
      this.at = 0
    }
  }

  /** Hands on what may have been the beginning of a reading. */
  finish(): void {
    this.handOn(this.end)
  }

  /** Small feeds need no whole window. */
  private reserve(bytes: number): void {
    const { length } = this.buffer
    if (bytes <= length || length === WINDOW) return
    const larger = Buffer.allocUnsafe(Math.min(WINDOW, Math.max(bytes, 2 * length, 2 * LONGEST_READING)))
    this.buffer.copy(larger, 0, 0, this.end)
    this.buffer = larger
    this.source = scannable(larger)
    this.layouts.readFrom(this.source)
  }

  private scan(): void {
    for (let from = this.at; ; ) {
      const name = this.find(from)
      if (name < 0) break
      const tag = this.startOfTag(name)
      const open = tag < 0 ? undefined : this.blockAt(tag)
      const before = this.at
      if (open && this.readAll(open, tag) === CUT && this.end - this.at < LONGEST_READING) return
      from = this.at > before ? this.at : name + ELEMENT.length
    }
    this.handOnTags()
  }

  private find(from: number): number {
    const found = this.buffer.subarray(from, this.end).indexOf(ELEMENT)
    return found < 0 ? found : from + found
  }

  /** Where the start tag with that local name begins; -1 where it is none. */
  private startOfTag(name: number): number {
    const { buffer, at } = this
    if (buffer[name - 1] === LESS && name > at) return name - 1
    if (buffer[name - 1] !== COLON) return -1
    for (let place = name - 2; place >= Math.max(at, name - LONGEST_PREFIX); place--) {
      if (buffer[place] === LESS) return place
      if (buffer[place] === SLASH || isBlank(buffer[place])) return -1
    }
    return -1
  }

  /** The block that goes on at a tag, once the conforming parser has read everything up to the tag before. */
  private blockAt(tag: number): OpenBlock | undefined {
    let gap = tag
    while (gap > this.at && isBlank(this.buffer[gap - 1])) gap--
    if (gap > this.at && this.buffer[gap - 1] !== GREATER) return undefined
    this.handOn(gap)
    return this.conforming.openBlock()
  }

  /** Reads reading after reading, block after block, as long as they are plain; CUT where the bytes end within a reading. */
  private readAll(first: OpenBlock, tag: number): number {
    let after = this.readBlock(first, tag)
    let next = this.turn(first)
    while (next) {
      after = this.readBlock(next, this.skipBlanks(this.at))
      next = this.turn(next)
    }
    return after
  }

  private readBlock(open: OpenBlock, tag: number): number {
    let lines = 0
    let next = tag
    this.layouts.beginBlock()
    let after = this.layouts.read(open, next, this.end)
    while (after >= 0) {
      lines += this.layouts.lines + this.linesBetween(this.at, next)
      this.at = after
      next = this.skipBlanks(after)
      after = next < this.end ? this.layouts.read(open, next, this.end) : CUT
    }
    open.block.to = open.readings.length
    this.conforming.skipLines(lines)
    return after
  }

  /** The block that follows at once in the same words. */
  private turn({ tag, accepts }: OpenBlock): OpenBlock | undefined {
    if (tag === undefined) return undefined
    const at = this.skipBlanks(this.at)
    const after = this.turns.read(this.source, [at, this.end], tag)
    if (after < 0 || !accepts(this.turns.intervalName)) return undefined
    const [before, behind] = this.turns.lines
    this.conforming.skipLines(this.linesBetween(this.at, at) + before)
    const next = this.conforming.nextBlock(this.turns.gap)
    this.conforming.skipLines(behind)
    this.at = after
    Object.assign(next.block, this.turns.interval)
    return next
  }

  private skipBlanks(from: number): number {
    let at = from
    while (at < this.end && isBlank(this.buffer[at])) at++
    return at
  }

  private linesBetween(from: number, to: number): number {
    let lines = 0
    for (let at = from; at < to; at++) {
      const byte = this.buffer[at]
      if (byte === LINE_FEED || (byte === RETURN && this.buffer[at + 1] !== LINE_FEED)) lines++
    }
    return lines
  }

  /** Hands on whole tags; what follows the last one may be the blank before a reading, or its beginning. */
  private handOnTags(): void {
    const behind = this.buffer.lastIndexOf(GREATER, this.end - 1) + 1
    if (this.end - Math.max(behind, this.at) >= LONGEST_READING) this.handOn(this.end)
    else if (behind > this.at) this.handOn(behind)
  }

  private handOn(to: number): void {
    if (to > this.at) this.conforming.write(this.buffer.subarray(this.at, to))
    this.at = Math.max(to, this.at)
  }
}

function isBlank(byte: number | undefined): boolean {
  return byte === BLANK || byte === LINE_FEED || byte === RETURN || byte === TAB
}
