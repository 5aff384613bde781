import type { Writable } from 'node:stream'

const BUFFERED = 2 ** 16
/** Many files are small, and memory of this size costs nothing. */
const FIRST_SIZE = 2 ** 12
/** UTF-8 takes no more for one unit of a JavaScript string. */
const BYTES_PER_UNIT = 3

/**
 * Text to a stream in large pieces, all in the same memory: each is written before the next is begun. A reader that leaves
 * early is no error.
 */
export class TextOutput {
  private readonly stream: Writable
  private memory = Buffer.allocUnsafe(FIRST_SIZE)
  private length = 0
  private failure: NodeJS.ErrnoException | undefined

  constructor(stream: Writable) {
    this.stream = stream
    stream.on('error', (error: NodeJS.ErrnoException) => {
      this.failure = error
    })
  }

  /** Adds text; true when it is time to `flush`. */
  add(text: string): boolean {
    this.reserve(text)
    this.length += this.memory.write(text, this.length)
    return this.length > BUFFERED
  }

  async flush(): Promise<void> {
    const { length } = this
    this.length = 0
    if (!this.hasReader()) return
    await new Promise((resolve) => this.stream.write(this.memory.subarray(0, length), resolve))
    this.hasReader()
  }

  private reserve(text: string): void {
    const free = this.memory.length - this.length
    if (text.length * BYTES_PER_UNIT <= free) return
    const needed = Buffer.byteLength(text)
    if (needed <= free) return
    const larger = Buffer.allocUnsafe(Math.max(2 * BUFFERED, this.length + needed))
    this.memory.copy(larger, 0, 0, this.length)
    this.memory = larger
  }

  /** `| head` has seen enough: what follows is dropped. Anything else that fails is thrown. */
  private hasReader(): boolean {
    if (this.failure && this.failure.code !== 'EPIPE') throw this.failure
    return !this.failure
  }
}
