import { FeedTooLargeError } from '../errors.ts'
import type { OtherLimits } from './read-limits.ts'

/** What the envelope of an entry with an IntervalBlock usually takes: id, links and dates, which are kept packed. */
const FREE_CHARACTERS = 2048

interface Place {
  line: number
  entry: number | undefined
}

/**
 * Counts what is kept of the entries beside their readings: the characters of an entry but for those inside an IntervalBlock, and the
 * elements of other payloads. Throws FeedTooLargeError as soon as that exceeds a limit, also in the middle of an entry.
 */
export class OtherMeter {
  private readonly limits: OtherLimits
  private characters = 0
  private elements = 0
  private startedAt = 0
  private blockAt = 0
  private inBlocks = 0
  private holds: 'nothing' | 'block' | 'other' = 'nothing'

  constructor(limits: OtherLimits) {
    this.limits = limits
  }

  openEntry(position: number): void {
    this.startedAt = position
    this.inBlocks = 0
    this.holds = 'nothing'
  }

  openBlock(position: number): void {
    this.blockAt = position
    if (this.holds === 'nothing') this.holds = 'block'
  }

  closeBlock(position: number): void {
    this.inBlocks += position - this.blockAt
  }

  /** An element of a payload that is no IntervalBlock. */
  addElement(): void {
    this.elements++
    this.holds = 'other'
  }

  closeEntry(position: number): void {
    this.characters += this.charactersOfEntry(position)
    if (this.holds !== 'block') this.elements++
  }

  /** Refuses a feed that has grown too large, in the middle of an entry. */
  check(position: number, place: Place): void {
    const { characters, elements } = this.limits
    if (this.elements > elements) throw tooMuch(`${elements} elements`, place)
    if (this.characters + this.charactersOfEntry(position) > characters) {
      throw tooMuch(`${characters} characters`, place)
    }
  }

  private charactersOfEntry(position: number): number {
    const own = position - this.startedAt - this.inBlocks
    return this.holds === 'block' ? Math.max(0, own - FREE_CHARACTERS) : own
  }
}

function tooMuch(limit: string, place: Place): FeedTooLargeError {
  return new FeedTooLargeError(
    `what the feed holds beside its interval readings takes more than ${limit}; split it, or ask for less at a time`,
    place,
  )
}
