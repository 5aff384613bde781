import type { Piece } from '../../shared/pieces.ts'
import { crc32Combine } from './crc32-combine.ts'
import { repeatBlock, WINDOW } from './repeat-block.ts'
import { storedPiece } from './stored-piece.ts'

/** RFC 1952 §2.3.1: deflate, no flags, no time, no system. */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff])
/** The last block, with nothing in it, in fixed Huffman codes (RFC 1951 §3.2.6). */
const LAST_BLOCK = Buffer.from([0x03, 0x00])
/** Shorter text is not worth a block of its own. */
const REPEATED_LEAST = 32

/** A gzip member (RFC 1952) made of texts and of pieces that were compressed long ago; its CRC is combined from theirs. */
export class GzipMember {
  readonly #blocks: Buffer[] = [HEADER]
  readonly #seen = new Map<string, { at: number; piece: Piece }>()
  /** Text that still waits for its block: neighbours share one. */
  #waiting = ''
  #crc = 0
  #textBytes = 0

  addText(text: string): void {
    this.#waiting += text
  }

  addPiece(piece: Piece): void {
    this.#storeWaiting()
    this.#append(piece)
  }

  /** Text that, where it stood here not long ago, becomes a reference to it. */
  addRepeated(text: string): void {
    if (text.length < REPEATED_LEAST) {
      this.addText(text)
      return
    }
    this.#storeWaiting()
    const at = this.#textBytes
    const seen = this.#seen.get(text)
    const piece = seen?.piece ?? storedPiece(text)
    const isNear = seen && at - seen.at <= WINDOW
    this.#append(isNear ? { ...piece, bytes: repeatBlock(piece.textBytes, at - seen.at) } : piece)
    this.#seen.set(text, { at, piece })
  }

  /** The member, whole. */
  end(): Buffer {
    this.#storeWaiting()
    const trailer = Buffer.alloc(8)
    trailer.writeUInt32LE(this.#crc, 0)
    // RFC 1952 §2.3.1: the length modulo 2^32.
    trailer.writeUInt32LE(this.#textBytes >>> 0, 4)
    return Buffer.concat([...this.#blocks, LAST_BLOCK, trailer])
  }

  #storeWaiting(): void {
    if (this.#waiting === '') return
    this.#append(storedPiece(this.#waiting))
    this.#waiting = ''
  }

  #append({ bytes, textBytes, crc }: Piece): void {
    this.#blocks.push(bytes)
    this.#crc = crc32Combine(this.#crc, crc, textBytes)
    this.#textBytes += textBytes
  }
}
