import { constants, crc32, deflateRawSync, inflateRawSync } from 'node:zlib'

/**
 * Text in the form in which it can leave inside a gzip member: raw deflate that ends on a byte, open for more. `crc` is that of the text,
 * `textBytes` its length.
 */
export interface Piece {
  bytes: Buffer
  textBytes: number
  crc: number
}

/** Once compressed, many times sent. */
const THOROUGH = 6
/** zlib takes no less. */
const LEAST_CHUNK = 64

/** Text becomes a piece: a day of quarter-hours shrinks about fivefold. */
export function toPiece(text: string, level = THOROUGH): Piece {
  const plain = Buffer.from(text)
  const bytes = deflateRawSync(plain, { level, finishFlush: constants.Z_SYNC_FLUSH })
  return { bytes, textBytes: plain.length, crc: crc32(plain) }
}

/** The text of a piece again. */
export function textOf({ bytes, textBytes }: Pick<Piece, 'bytes' | 'textBytes'>): string {
  return inflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH, ...unpacking(textBytes) }).toString()
}

/** How to unpack what has so many bytes of text: zlib allocates once, and the byte more tells it that nothing is left. */
export function unpacking(textBytes: number): { chunkSize: number; maxOutputLength: number } {
  return { chunkSize: Math.max(LEAST_CHUNK, textBytes + 1), maxOutputLength: textBytes + 1 }
}
