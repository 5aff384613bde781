import { SaxesParser } from 'saxes'
import { MalformedFeedError } from '../errors.ts'
import { EnvelopeReader } from './envelope-reader.ts'
import { nameOfOther, TELLING } from './not-espi.ts'
import type { OpenBlock } from './open-block.ts'
import type { ReadLimits } from './read-limits.ts'

/**
 * Feeds the text to the XML parser. Some certification tools write several documents one after the other: after the end
 * of a root element a new parser takes over what is left.
 */
export class Documents {
  readonly envelope: EnvelopeReader
  private readonly limits: ReadLimits
  private parser: SaxesParser
  private linesBefore = 0
  private written = 0
  private lastEvent = 0
  private tagEndedAt = -1
  private rootEndedAt: number | undefined
  private start = ''

  constructor(limits: ReadLimits) {
    this.limits = limits
    this.envelope = new EnvelopeReader(limits)
    this.parser = this.newParser()
  }

  write(text: string): void {
    if (this.start.trimStart().length < TELLING) this.start += text.slice(0, 4096)
    let rest = this.rootEndedAt === undefined ? text : this.nextDocument(text)
    while (rest !== '') {
      this.parse(rest)
      if (this.rootEndedAt === undefined) return
      rest = this.nextDocument(rest.slice(rest.length - (this.written - this.rootEndedAt)))
    }
  }

  /** The block that goes on right behind the tag that was written last. */
  openBlock(): OpenBlock | undefined {
    const behindTag = this.tagEndedAt === this.written && this.rootEndedAt === undefined
    return behindTag ? this.envelope.openBlock() : undefined
  }

  skipLines(lines: number): void {
    this.linesBefore += lines
  }

  end(): void {
    this.refuseOther()
    if (this.rootEndedAt === undefined) this.guard(() => this.parser.close())
  }

  /** What follows a root: white space is skipped, anything else must be a document of its own. */
  private nextDocument(text: string): string {
    const rest = text.trimStart()
    this.linesBefore += text.slice(0, text.length - rest.length).split('\n').length - 1
    if (rest === '') return ''
    this.linesBefore += this.parser.line - 1
    this.parser = this.newParser()
    this.written = 0
    this.lastEvent = 0
    this.tagEndedAt = -1
    this.rootEndedAt = undefined
    return rest
  }

  private parse(text: string): void {
    this.written += text.length
    this.guard(() => this.parser.write(text))
    if (this.written - this.lastEvent > this.limits.text + text.length) {
      throw this.malformed(`a text or tag is longer than ${this.limits.text} characters`)
    }
  }

  private newParser(): SaxesParser {
    const parser = new SaxesParser({ xmlns: false })
    parser.on('opentag', ({ name, attributes }) => {
      this.lastEvent = this.written
      this.tagEndedAt = parser.position
      this.envelope.open(name, attributes, this.linesBefore + parser.line)
    })
    parser.on('closetag', () => {
      this.tagEndedAt = parser.position
      this.envelope.close()
      if (this.envelope.depth > 0) return
      this.rootEndedAt = parser.position
      throw new RootEnded()
    })
    parser.on('text', (text) => this.addText(text))
    parser.on('cdata', (text) => this.addText(text))
    parser.on('doctype', () => {
      this.refuseOther()
      throw this.malformed('the feed holds a DOCTYPE, which may hide entity tricks: refused')
    })
    return parser
  }

  private addText(text: string): void {
    if (text.length > this.limits.text) {
      throw this.malformed(`a text is longer than ${this.limits.text} characters`)
    }
    this.lastEvent = this.written
    this.envelope.addText(text)
  }

  private guard(work: () => unknown): void {
    try {
      work()
    } catch (error) {
      if (error instanceof RootEnded) return
      this.refuseOther()
      if (error instanceof MalformedFeedError) throw error
      throw this.malformed(describe(error), error)
    }
  }

  private refuseOther(): void {
    const other = nameOfOther(this.start)
    if (other !== undefined && this.envelope.isEmpty()) throw new MalformedFeedError(other)
  }

  private malformed(reason: string, cause?: unknown): MalformedFeedError {
    const place = { line: this.linesBefore + this.parser.line, entry: this.envelope.entryNumber() }
    return new MalformedFeedError(reason, place, { cause })
  }
}

/** Thrown through the parser to stop it right behind a root element. */
class RootEnded extends Error {}

/** The parser's message without its own `line:column:` prefix; it names tags, never content. */
function describe(error: unknown): string {
  const message = error instanceof Error ? error.message.replace(/^\d+:\d+: /, '') : 'unreadable'
  if (/unclosed tag/.test(message)) return `the feed is cut short: ${message}`
  return `the XML is not well-formed: ${message}`
}
