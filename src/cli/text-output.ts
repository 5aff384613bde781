import type { Writable } from 'node:stream'

const BUFFERED = 64 * 1024

/** Text to a stream in large pieces, waiting for the reader where it is slow. A reader that leaves early is no error. */
export class TextOutput {
  private readonly stream: Writable
  private buffer = ''
  private failure: NodeJS.ErrnoException | undefined

  constructor(stream: Writable) {
    this.stream = stream
    stream.on('error', (error: NodeJS.ErrnoException) => {
      this.failure = error
    })
  }

  /** Adds text; true when it is time to `flush`. */
  add(text: string): boolean {
    this.buffer += text
    return this.buffer.length > BUFFERED
  }

  async flush(): Promise<void> {
    const text = this.buffer
    this.buffer = ''
    if (!this.hasReader()) return
    if (this.stream.write(text)) return
    await untilWritable(this.stream)
    this.hasReader()
  }

  /** `| head` has seen enough: what follows is dropped. Anything else that fails is thrown. */
  private hasReader(): boolean {
    if (this.failure && this.failure.code !== 'EPIPE') throw this.failure
    return !this.failure
  }
}

/** Until the stream takes more, or never will. Leaves no listener behind. */
function untilWritable(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const events = ['drain', 'close', 'error'] as const
    const done = (): void => {
      for (const event of events) stream.off(event, done)
      resolve()
    }
    for (const event of events) stream.once(event, done)
  })
}
