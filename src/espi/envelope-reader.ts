import { BlockReader, mayBeUsage } from './block-reader.ts'
import type { OpenBlock } from './block-scanner.ts'
import { detached } from './detached.ts'
import { ElementReader } from './element-reader.ts'
import { MalformedFeedError } from './errors.ts'
import type { Entry, EspiFeed } from './model.ts'
import { type Name, NameScopes } from './names.ts'
import type { ReadLimits } from './read-feed.ts'
import { Readings } from './readings.ts'

/** The payload elements ESPI defines, usage and customer schema: what a document without Atom may consist of. */
const PAYLOADS: ReadonlySet<string> = new Set([
  'ApplicationInformation',
  'Authorization',
  'BatchList',
  'Customer',
  'CustomerAccount',
  'CustomerAgreement',
  'ElectricPowerQualitySummary',
  'ElectricPowerUsageSummary',
  'EndDevice',
  'IntervalBlock',
  'IntervalReading',
  'LocalTimeParameters',
  'Meter',
  'MeterReading',
  'ProgramDateIdMappings',
  'ProgramIdMappings',
  'ReadingQuality',
  'ReadingType',
  'ServiceCategory',
  'ServiceLocation',
  'ServiceStatus',
  'ServiceSupplier',
  'Statement',
  'UsagePoint',
  'UsageSummary',
])

/** IntervalReading, timePeriod, start. */
const READING_DEPTH = 3

type Attributes = Readonly<Partial<Record<string, string>>>

/** Takes the XML events of a document and builds entries and their payloads. */
export class EnvelopeReader {
  depth = 0
  private readonly limits: Pick<ReadLimits, 'depth' | 'entries'>
  private readonly scopes = new NameScopes()
  private readonly readings = new Readings()
  private readonly entries: Entry[] = []
  private readonly path: string[] = []
  private self: string | undefined
  private entry: Entry | undefined
  private payload: BlockReader | ElementReader | undefined
  private payloadDepth = 0
  private text = ''

  constructor(limits: Pick<ReadLimits, 'depth' | 'entries'>) {
    this.limits = limits
  }

  open(qualified: string, attributes: Attributes, line: number): void {
    const name = this.scopes.open(qualified, attributes)
    this.depth++
    if (this.depth > this.limits.depth) {
      throw new MalformedFeedError(`elements are nested deeper than ${this.limits.depth}`, this.place(line))
    }
    if (this.payload) {
      this.payload.open(name)
      return
    }
    this.path.push(name.local)
    this.text = ''
    if (this.depth === 1) this.openRoot(name, line)
    else if (isAtom(name, 'entry') && this.path.at(-2) === 'feed') this.openEntry(line)
    else if (isAtom(name, 'link')) this.addLink(attributes)
    else if (this.path.at(-2) === 'content' && this.path.at(-3) === 'entry') this.openPayload(name)
  }

  addText(text: string): void {
    if (this.payload) this.payload.addText(text)
    else if (this.path.at(-2) === 'entry') this.text += text
  }

  close(): void {
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
    if (this.path.at(-1) === 'entry' && this.entry) this.keepEntryText(this.entry, name)
    if (name === 'entry' || this.depth === 0) this.entry = undefined
  }

  /** The IntervalBlock that is open, where the next element would be its child. */
  openBlock(): OpenBlock | undefined {
    const { payload } = this
    if (!(payload instanceof BlockReader) || this.depth !== this.payloadDepth) return undefined
    if (this.depth + READING_DEPTH > this.limits.depth) return undefined
    const accepts = (name: string): boolean => mayBeUsage(this.scopes.nameOf(name))
    return { block: payload.block, readings: this.readings, accepts }
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

  private openRoot(name: Name, line: number): void {
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
    this.openPayload(name)
  }

  private openEntry(line: number): void {
    if (this.entries.length === this.limits.entries) {
      throw new MalformedFeedError(`the feed has more than ${this.limits.entries} entries`, { line })
    }
    const links = { self: [], up: [], related: [] }
    this.entry = {
      number: this.entries.length + 1,
      line,
      id: undefined,
      ...links,
      updated: 0,
      payloads: [],
    }
    this.entries.push(this.entry)
  }

  private openPayload(name: Name): void {
    this.payload = name.local === 'IntervalBlock' ? new BlockReader(this.readings) : new ElementReader(name)
    this.payloadDepth = this.depth
  }

  private closePayload(payload: BlockReader | ElementReader): void {
    const read = payload instanceof BlockReader ? payload.block : payload.resource
    if (this.entry) this.entry.payloads = appended(this.entry.payloads, read)
    this.payload = undefined
  }

  private addLink(attributes: Attributes): void {
    const href = attributes.href?.trim()
    const rel = attributes.rel?.trim() ?? 'alternate'
    if (!href) return
    if (this.path.at(-2) === 'feed' && rel === 'self') this.self ??= detached(href)
    else if (this.entry && this.path.at(-2) === 'entry' && isKept(rel)) {
      this.entry[rel] = appended(this.entry[rel], detached(href))
    }
  }

  private keepEntryText(entry: Entry, name: string | undefined): void {
    const text = this.text.trim()
    if (name === 'id') entry.id = detached(text) || undefined
    else if (name === 'updated' && text !== '') keepUpdated(entry, text)
  }

  private place(line: number): { line: number; entry: number | undefined } {
    return { line, entry: this.entry?.number }
  }
}

/** A list of one, the usual case, takes no more memory than that: an empty list that grows makes room for many. */
function appended<T>(list: T[], item: T): T[] {
  if (list.length === 0) return [item]
  list.push(item)
  return list
}

function isKept(rel: string): rel is 'self' | 'up' | 'related' {
  return rel === 'self' || rel === 'up' || rel === 'related'
}

function isAtom({ local, vocabulary }: Name, name: string): boolean {
  return local === name && (vocabulary === 'atom' || vocabulary === 'none')
}

const DATE_TIME = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d:\d\d(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?)?$/i

/** Real feeds write microseconds, no zone, or a date only; without a zone we read UTC, which keeps their order. */
function keepUpdated(entry: Entry, text: string): void {
  const [match, zone] = DATE_TIME.exec(text) ?? []
  const isDate = match !== undefined && match.length === 10
  const time = match === undefined ? Number.NaN : Date.parse(zone || isDate ? text : `${text}Z`)
  if (Number.isNaN(time)) entry.unreadUpdated = detached(text)
  else entry.updated = time
}
