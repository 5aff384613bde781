import type { Writable } from 'node:stream'
import type { UsageSegment } from '../cds/wire/usage-segment.ts'
import type { ObjectOutput } from './object-output.ts'
import { TextOutput } from './text-output.ts'

/** One JSON object of lists. */
export class JsonOutput implements ObjectOutput {
  readonly usageSegmentTexts: ObjectOutput['usageSegmentTexts']
  private readonly output: TextOutput
  private readonly pretty: boolean
  private lists = 0

  constructor(stream: Writable, pretty: boolean) {
    this.output = new TextOutput(stream)
    this.pretty = pretty
    this.usageSegmentTexts = pretty ? undefined : (texts) => this.texts('usage_segments', texts)
  }

  list(name: string, objects: Iterable<object>): Promise<number> {
    const texts = Iterator.from(objects).map((object) => this.text(object))
    return this.texts(name, texts)
  }

  usageSegments(segments: Iterable<UsageSegment>): Promise<number> {
    return this.list('usage_segments', segments)
  }

  async end(): Promise<void> {
    this.output.add(this.pretty ? '\n}\n' : '}\n')
    await this.output.flush()
  }

  private async texts(name: string, texts: Iterable<string>): Promise<number> {
    const [line, indent] = this.pretty ? ['\n  ', '\n    '] : ['', '']
    const opening = this.lists++ > 0 ? ',' : '{'
    this.output.add(`${opening}${line}${JSON.stringify(name)}:${this.pretty ? ' ' : ''}[`)
    let count = 0
    for (const text of texts) {
      if (this.output.add(`${count++ > 0 ? ',' : ''}${indent}${text}`)) await this.output.flush()
    }
    this.output.add(`${count > 0 ? line : ''}]`)
    return count
  }

  private text(object: object): string {
    if (!this.pretty) return JSON.stringify(object)
    return JSON.stringify(object, null, 2).replaceAll('\n', '\n    ')
  }
}
