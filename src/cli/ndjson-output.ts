import type { Writable } from 'node:stream'
import type { UsageSegment } from '../cds/wire/usage-segment.ts'
import type { ObjectOutput } from './object-output.ts'
import { TextOutput } from './text-output.ts'

/** One line an object, named by its list: `{"list":"usage_segments","object":{…}}`. The object stays as CDS has it. */
export class NdjsonOutput implements ObjectOutput {
  private readonly output: TextOutput

  constructor(stream: Writable) {
    this.output = new TextOutput(stream)
  }

  list(name: string, objects: Iterable<object>): Promise<number> {
    return this.texts(
      name,
      Iterator.from(objects).map((object) => JSON.stringify(object)),
    )
  }

  usageSegmentTexts(texts: Iterable<string>): Promise<number> {
    return this.texts('usage_segments', texts)
  }

  usageSegments(segments: Iterable<UsageSegment>): Promise<number> {
    return this.list('usage_segments', segments)
  }

  async end(): Promise<void> {
    await this.output.flush()
  }

  private async texts(name: string, texts: Iterable<string>): Promise<number> {
    const start = `{"list":${JSON.stringify(name)},"object":`
    let count = 0
    for (const text of texts) {
      count++
      if (this.output.add(`${start}${text}}\n`)) await this.output.flush()
    }
    return count
  }
}
