import { once } from 'node:events'
import type { Writable } from 'node:stream'

const BUFFERED = 64 * 1024

/** Writes one JSON object of lists, an element at a time, waiting for the reader where it is slow. */
export class JsonOutput {
  private readonly stream: Writable
  private readonly pretty: boolean
  private buffer = '{'
  private lists = 0
  private closed = false

  constructor(stream: Writable, pretty: boolean) {
    this.stream = stream
    this.pretty = pretty
    // A reader that has seen enough (`| head`) is no error.
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      this.closed = true
    })
  }

  /** Writes one list and gives its length. */
  async list(name: string, elements: Iterable<unknown>): Promise<number> {
    const [line, indent] = this.pretty ? ['\n  ', '\n    '] : ['', '']
    this.buffer += `${this.lists++ > 0 ? ',' : ''}${line}${JSON.stringify(name)}:${this.pretty ? ' ' : ''}[`
    let count = 0
    for (const element of elements) {
      this.buffer += `${count++ > 0 ? ',' : ''}${indent}${this.text(element)}`
      if (this.buffer.length > BUFFERED) await this.flush()
    }
    this.buffer += `${count > 0 ? line : ''}]`
    return count
  }

  async end(): Promise<void> {
    this.buffer += this.pretty ? '\n}\n' : '}\n'
    await this.flush()
  }

  private text(element: unknown): string {
    if (!this.pretty) return JSON.stringify(element)
    return JSON.stringify(element, null, 2).replaceAll('\n', '\n    ')
  }

  private async flush(): Promise<void> {
    const text = this.buffer
    this.buffer = ''
    if (this.closed || this.stream.write(text)) return
    await Promise.race([once(this.stream, 'drain'), once(this.stream, 'close')]).catch(() => undefined)
  }
}
