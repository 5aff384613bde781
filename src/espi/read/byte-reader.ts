import { BlockScanner } from './block-scanner.ts'
import { SNIFFED, type TextDecoding, textDecoding } from './decode-text.ts'
import type { Documents } from './documents.ts'

/** Tells the charset, decodes, and lets the scanner take the readings where the charset allows it. */
export class ByteReader {
  private readonly documents: Documents
  private readonly fast: boolean
  private head: Uint8Array = new Uint8Array(0)
  private decoding: TextDecoding | undefined
  private scanner: BlockScanner | undefined

  constructor(documents: Documents, fast: boolean) {
    this.documents = documents
    this.fast = fast
  }

  write(chunk: Uint8Array): void {
    if (this.decoding) {
      this.pass(this.decoding, chunk)
      return
    }
    this.head = Buffer.concat([this.head, chunk])
    if (this.head.length >= SNIFFED) this.pass(this.begin(), this.head)
  }

  end(): void {
    const decoding = this.decoding ?? this.begin()
    if (this.head.length < SNIFFED) this.pass(decoding, this.head)
    this.scanner?.finish()
    this.documents.write(decoding.end())
    this.documents.end()
  }

  private begin(): TextDecoding {
    const { documents } = this
    const decoding = textDecoding(this.head)
    const write = (bytes: Uint8Array): void => documents.write(decoding.decode(bytes))
    if (this.fast && decoding.asciiBased) {
      this.scanner = new BlockScanner({
        write,
        openBlock: () => documents.openBlock(),
        skipLines: (lines) => documents.skipLines(lines),
        nextBlock: (gap) => documents.nextBlock(gap),
      })
    }
    this.decoding = decoding
    return decoding
  }

  private pass(decoding: TextDecoding, bytes: Uint8Array): void {
    if (this.scanner) this.scanner.write(bytes)
    else this.documents.write(decoding.decode(bytes))
  }
}
