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
  private charactersBefore = 0
  private written = 0
  private lastEvent = 0
  private tagEndedAt = -1
  private rootEndedAt: number | undefined
  private start = ''
  private tagLine = 1
  /** Whether a whole document has been read. */
  private hasEnded = false
  /** Where the last `>` stands. */
  private greaterAt = -1

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

  /** Behind `gap` characters, which the parser has not seen, another block is open in the place of the one that was. */
  nextBlock(gap: number): OpenBlock {
    this.charactersBefore += gap
    return this.envelope.nextBlock(gap, this.linesBefore + this.parser.line)
  }

  end(): void {
    this.refuseOther()
    // Behind a root there may be comments, which are no document of their own.
    if (this.rootEndedAt === undefined && (this.tagEndedAt >= 0 || !this.hasEnded))
      this.guard(() => this.parser.close())
  }

  /** What follows a root: white space is skipped, anything else must be a document of its own. */
  private nextDocument(text: string): string {
    const rest = text.trimStart()
    this.linesBefore += text.slice(0, text.length - rest.length).split('\n').length - 1
    if (rest === '') return ''
    this.linesBefore += this.parser.line - 1
    this.charactersBefore += this.parser.position
    this.parser = this.newParser()
    this.written = 0
    this.lastEvent = 0
    this.tagEndedAt = -1
    this.greaterAt = -1
    this.rootEndedAt = undefined
    return rest
  }

  private parse(text: string): void {
    const greater = text.lastIndexOf('>')
    if (greater >= 0) this.greaterAt = this.written + greater + 1
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
      this.tagEnded(parser)
      const position = this.charactersBefore + parser.position
      this.envelope.open(name, attributes, { line: this.tagLine, position })
    })
    parser.on('closetag', () => {
      this.tagEnded(parser)
      this.envelope.close(this.charactersBefore + parser.position)
      if (this.envelope.depth > 0) return
      this.rootEndedAt = parser.position
      this.hasEnded = true
      throw ROOT_ENDED
    })
    parser.on('text', (text) => this.addText(text))
    parser.on('cdata', (text) => this.addText(text))
    parser.on('doctype', () => {
      this.refuseOther()
      throw this.malformed('the feed holds a DOCTYPE, which may hide entity tricks: refused')
    })
    return parser
  }

  private tagEnded({ position, line }: SaxesParser): void {
    this.tagEndedAt = position
    this.tagLine = this.linesBefore + line
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
      if (error === ROOT_ENDED) return
      this.refuseOther()
      if (error instanceof MalformedFeedError) throw error
      throw this.unparsable(error)
    }
  }

  private refuseOther(): void {
    const other = nameOfOther(this.start)
    if (other !== undefined && this.envelope.isEmpty()) throw new MalformedFeedError(other)
  }

  /** The parser's message without its own `line:column:` prefix; it names tags, never content. */
  private unparsable(error: unknown): MalformedFeedError {
    const message = error instanceof Error ? error.message.replace(/^\d+:\d+: /, '') : 'unreadable'
    const isUnclosed = /unclosed tag/.test(message)
    // Tags that the parser has not seen as such: it takes them for a part of what was never closed.
    const isSwallowed = isUnclosed && this.tagEndedAt < this.greaterAt
    if (isSwallowed || /entity/.test(message)) {
      const place = { line: this.tagLine, entry: this.envelope.entryNumber() }
      const reason = isSwallowed ? UNCLOSED : `${message} Perhaps an & that is not written &amp;`
      return new MalformedFeedError(`the XML is not well-formed: ${reason}`, place, { cause: error })
    }
    const reason = isUnclosed ? 'the feed is cut short' : 'the XML is not well-formed'
    return this.malformed(`${reason}: ${message}`, error)
  }

  private malformed(reason: string, cause?: unknown): MalformedFeedError {
    const place = { line: this.linesBefore + this.parser.line, entry: this.envelope.entryNumber() }
    return new MalformedFeedError(reason, place, { cause })
  }
}

const UNCLOSED =
  'behind the tag in this line something is never closed, perhaps an & that is not written &amp;, a quote or a comment'

/** Thrown through the parser to stop it right behind a root element. One for all: to make an error takes long. */
const ROOT_ENDED = new Error('a root element has ended')
