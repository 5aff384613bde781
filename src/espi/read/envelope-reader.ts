import { FeedTooLargeError, MalformedFeedError } from '../errors.ts'
import type { Entry, EspiFeed } from '../model.ts'
import { Readings } from '../readings.ts'
import { resourceNames } from '../resources.ts'
import { appended } from './appended.ts'
import { type Attributes, addLink, keepText, newEntry, type OpenEntry, parseLink } from './atom-entry.ts'
import { BlockReader, mayBeUsage } from './block-reader.ts'
import { ElementReader } from './element-reader.ts'
import { type Name, NameScopes } from './names.ts'
import type { OpenBlock } from './open-block.ts'
import { OtherMeter } from './other-meter.ts'
import { PackedEntries } from './packed-entries.ts'
import type { ReadLimits } from './read-limits.ts'
import { unknownAttributes } from './unknown-attributes.ts'

/** The payload elements ESPI defines, usage and customer schema: what a document without Atom may consist of. */
const PAYLOADS = resourceNames()

/** IntervalReading, timePeriod, start. */
const READING_DEPTH = 3

/** What Atom has in a feed or an entry. Some custodians write it in the ESPI namespace. */
const ATOM_NAMES: ReadonlySet<string> = new Set(
  'author category content contributor email entry feed generator icon id link logo name published rights source subtitle summary title updated uri'.split(
    ' ',
  ),
)

/** Where a tag ends: in which line, and behind how many characters of the feed. */
export interface TagPlace {
  line: number
  position: number
}

/**
 * Takes the XML events of a document and builds entries and their payloads. An element's place counts more than its namespace, which
 * real feeds lose: whatever is called an entry is one, and ESPI without an entry around it gets one. Nothing of ESPI is passed over.
 */
export class EnvelopeReader {
  depth = 0
  private readonly limits: Pick<ReadLimits, 'depth' | 'entries'>
  private readonly other: OtherMeter
  private readonly scopes = new NameScopes()
  private readonly readings = new Readings()
  private readonly entries: Entry[] = []
  private readonly packed = new PackedEntries()
  private readonly path: string[] = []
  private self: string | undefined
  private entry: OpenEntry | undefined
  /** The entry is open only as long as its payload: the feed has none around it. */
  private isOfPayload = false
  private payload: BlockReader | ElementReader | undefined
  private payloadDepth = 0
  /** The inside of the tag of the payload, if the same tag behind it would open another like it. */
  private repeatable: string | undefined
  private text = ''
  private position = 0

  constructor(limits: Pick<ReadLimits, 'depth' | 'entries' | 'other'>) {
    this.limits = limits
    this.other = new OtherMeter(limits.other)
  }

  /** `position` counts the characters that came so far, over all documents. */
  open(qualified: string, attributes: Attributes, { line, position }: TagPlace): void {
    const name = this.scopes.open(qualified, attributes)
    this.depth++
    if (this.depth > this.limits.depth) {
      throw new MalformedFeedError(`elements are nested deeper than ${this.limits.depth}`, this.place(line))
    }
    this.position = position
    if (this.payload) {
      if (this.payload instanceof ElementReader) this.meter(line)
      this.payload.open(name, unknownAttributes(attributes))
      return
    }
    if (this.entry) this.other.check(position, this.place(line))
    this.path.push(name.local)
    this.text = ''
    if (this.depth === 1) this.openRoot(name, attributes, line)
    else if (!this.entry && /^entry$/i.test(name.local)) {
      this.path[this.path.length - 1] = 'entry'
      this.openEntry(line)
    } else if (name.local === 'link') this.addLink(attributes)
    else if (this.path.at(-2) === 'content' || isPayload(name)) {
      if (!this.entry) this.openEntry(line, 'of the payload alone')
      this.openPayload(name, attributes)
      if (!this.isOfPayload) this.repeatable = tagOf(qualified, attributes)
    }
  }

  private meter(line: number): void {
    this.other.addElement()
    this.other.check(this.position, this.place(line))
  }

  addText(text: string): void {
    if (this.payload) this.payload.addText(text)
    else if (this.path.at(-2) === 'entry') this.text += text
  }

  close(position: number): void {
    this.position = position
    this.scopes.close()
    this.depth--
    if (this.payload) {
      if (this.depth >= this.payloadDepth) {
        this.payload.close()
        return
      }
      this.closePayload(this.payload)
    }
    const name = this.path.pop()
    if (this.path.at(-1) === 'entry' && this.entry) keepText(this.entry, name, this.text.trim())
    const isEnd = name === 'entry' || this.depth === 0 || (this.isOfPayload && this.depth < this.payloadDepth)
    if (this.entry && isEnd) this.closeEntry(this.entry)
  }

  /** The IntervalBlock that is open, where the next element would be its child. */
  openBlock(): OpenBlock | undefined {
    const { payload } = this
    if (!(payload instanceof BlockReader) || this.depth !== this.payloadDepth) return undefined
    if (this.depth + READING_DEPTH > this.limits.depth) return undefined
    const accepts = (name: string): boolean => mayBeUsage(this.scopes.nameOf(name))
    return { block: payload.block, readings: this.readings, accepts, tag: this.repeatable }
  }

  /** The IntervalBlock that is open ends, and behind `gap` characters another begins. */
  nextBlock(gap: number, line: number): OpenBlock {
    if (this.payload) this.closePayload(this.payload)
    this.position += gap
    this.other.check(this.position, this.place(line))
    this.other.openBlock(this.position)
    this.payload = new BlockReader(this.readings, undefined)
    const next = this.openBlock()
    if (!next) throw new Error('a block was followed by something else')
    return next
  }

  isEmpty(): boolean {
    return this.entries.length === 0 && this.self === undefined
  }

  /** The entry being read, or the last one that was. */
  entryNumber(): number | undefined {
    return this.entries.length || undefined
  }

  toFeed(bytes: number): EspiFeed {
    return { self: this.self, entries: this.entries, readings: this.readings, bytes }
  }

  private openRoot(name: Name, attributes: Attributes, line: number): void {
    if (isAtom(name, 'feed')) return
    if (isAtom(name, 'entry')) {
      this.openEntry(line)
      return
    }
    if (!PAYLOADS.has(name.local) || name.vocabulary === 'foreign' || name.vocabulary === 'atom') {
      const tag = name.local.slice(0, 64)
      throw new MalformedFeedError(`the root element <${tag}> is neither Atom nor ESPI`, { line })
    }
    this.openEntry(line)
    this.openPayload(name, attributes)
  }

  private openEntry(line: number, extent?: 'of the payload alone'): void {
    if (this.entries.length === this.limits.entries) {
      throw new FeedTooLargeError(`the feed has more than ${this.limits.entries} entries`, { line })
    }
    this.other.openEntry(this.position)
    this.other.check(this.position, { line, entry: this.entries.length || undefined })
    this.entry = newEntry(this.entries.length + 1, line)
    this.entries.push(this.entry)
    this.isOfPayload = extent !== undefined
  }

  private closeEntry(entry: OpenEntry): void {
    this.other.closeEntry(this.position)
    this.entries[this.entries.length - 1] = this.packed.pack(entry)
    this.entry = undefined
  }

  private openPayload(name: Name, attributes: Attributes): void {
    const unknown = unknownAttributes(attributes)
    if (name.local === 'IntervalBlock') this.other.openBlock(this.position)
    else this.other.addElement()
    this.payload =
      name.local === 'IntervalBlock'
        ? new BlockReader(this.readings, unknown)
        : new ElementReader(name, unknown)
    this.payloadDepth = this.depth
    this.repeatable = undefined
  }

  private closePayload(payload: BlockReader | ElementReader): void {
    if (payload instanceof BlockReader) {
      payload.end()
      this.other.closeBlock(this.position)
    }
    const read = payload instanceof BlockReader ? payload.block : payload.resource
    if (this.entry) this.entry.payloads = appended(this.entry.payloads, read)
    this.payload = undefined
  }

  private addLink(attributes: Attributes): void {
    const link = parseLink(attributes)
    const parent = this.path.at(-2)
    if (!link) return
    if (parent === 'feed' && link.rel === 'self') this.self ??= link.href
    else if (parent === 'entry' && this.entry) addLink(this.entry, link.rel, link.href)
  }

  private place(line: number): { line: number; entry: number | undefined } {
    return { line, entry: this.entry?.number }
  }
}

/** What stands in a tag; undefined where an attribute may mean more than the usual namespace. */
function tagOf(qualified: string, attributes: Attributes): string | undefined {
  const [name, ...others] = Object.keys(attributes)
  if (name === undefined) return qualified
  return name === 'xmlns' && others.length === 0 ? `${qualified} xmlns="${attributes.xmlns}"` : undefined
}

function isAtom({ local, vocabulary }: Name, name: string): boolean {
  return local === name && (vocabulary === 'atom' || vocabulary === 'none')
}

/** ESPI where no content is open: known by its namespace, or without one by its name. */
function isPayload({ local, vocabulary }: Name): boolean {
  if (vocabulary === 'usage' || vocabulary === 'customer') return !ATOM_NAMES.has(local)
  return vocabulary === 'none' && PAYLOADS.has(local)
}
