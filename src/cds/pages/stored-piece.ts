import { crc32 } from 'node:zlib'
import type { Piece } from '../../shared/pieces.ts'

/** What one block holds at most, and the bytes before it (RFC 1951 §3.2.4). */
const BLOCK_MOST = 0xffff
const HEAD = 5

/** Text becomes a piece without being compressed: deflate blocks that hold it as it is. */
export function storedPiece(text: string): Piece {
  const plain = Buffer.from(text)
  const blocks = Math.ceil(plain.length / BLOCK_MOST)
  const bytes = Buffer.allocUnsafe(plain.length + blocks * HEAD)
  for (let block = 0, at = 0; block < blocks; block++) {
    const part = plain.subarray(block * BLOCK_MOST, (block + 1) * BLOCK_MOST)
    bytes[at] = 0
    bytes.writeUInt16LE(part.length, at + 1)
    bytes.writeUInt16LE(part.length ^ 0xffff, at + 3)
    bytes.set(part, at + HEAD)
    at += HEAD + part.length
  }
  return { bytes, textBytes: plain.length, crc: crc32(plain) }
}
