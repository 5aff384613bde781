import { promisify } from 'node:util'
import { constants, crc32, inflateRaw, inflateRawSync } from 'node:zlib'
import { type Piece, toPiece, unpacking } from '../../shared/pieces.ts'
import { GzipMember } from './gzip-member.ts'

/**
 * What a page is made of: text that is sent as it is, text that repeats on the page (each time the same string), text that is compressed
 * for this answer, and stored pieces. What a client sent may only be the first: if it were compressed with the data, the length of the
 * answer would tell whether a guess is in them (the attack called BREACH).
 */
export type Part = string | { repeated: string } | { compress: string } | Piece

/** Less text is not worth the time. */
const COMPRESSED_LEAST = 1024
/** A client waits meanwhile: of 33 kB of accounts, level 6 makes 0.85 of the bytes that level 1 makes, in 2.6 times the time. */
const FAST = 1
/** More text than this is unpacked in a thread of zlib's; less is done sooner than handed over. */
const LARGE = 1024 * 1024
const inflateAside = promisify(inflateRaw)

/** A page becomes one gzip member (RFC 1952 §2.3). Its pieces are copied, not unpacked. */
export function toGzip(parts: readonly Part[]): Buffer {
  const member = new GzipMember()
  for (const part of parts) {
    if (isPiece(part)) member.addPiece(part)
    else if (isLong(part)) member.addPiece(toPiece(part.compress, FAST))
    else if (typeof part === 'object' && 'repeated' in part) member.addRepeated(part.repeated)
    else member.addText(textOf(part))
  }
  return member.end()
}

/** Whether gzip makes a page smaller by more than a packet. */
export function isWorthGzip(parts: readonly Part[]): boolean {
  return parts.some((part) => isPiece(part) || isLong(part))
}

/** A page becomes its text. One call unpacks all its pieces. */
export async function toPlain(parts: readonly Part[]): Promise<Buffer> {
  const unpacked = await unpack(parts.filter(isPiece))
  const bytes = parts.reduce((sum, part) => sum + textBytes(part), 0)
  const plain = Buffer.allocUnsafe(bytes)
  let at = 0
  let taken = 0
  for (const part of parts) {
    if (!isPiece(part)) {
      at += plain.write(textOf(part), at)
      continue
    }
    at += unpacked.copy(plain, at, taken, taken + part.textBytes)
    taken += part.textBytes
  }
  return plain
}

/** The texts of all pieces, joined. */
async function unpack(pieces: readonly Piece[]): Promise<Buffer> {
  if (pieces.length === 0) return Buffer.alloc(0)
  const joined = Buffer.concat(pieces.map(({ bytes }) => bytes))
  const length = pieces.reduce((sum, piece) => sum + piece.textBytes, 0)
  const texts = await inflated(joined, length)
  compareCrcs(texts, pieces)
  return texts
}

async function inflated(joined: Buffer, length: number): Promise<Buffer> {
  const options = { finishFlush: constants.Z_SYNC_FLUSH, ...unpacking(length) }
  try {
    return length > LARGE ? await inflateAside(joined, options) : inflateRawSync(joined, options)
  } catch (cause) {
    throw new Error(
      'a stored piece of a page cannot be unpacked, or holds more text than it was stored with',
      { cause },
    )
  }
}

/** What gzip leaves to the client: a piece that was damaged where it was stored is never sent as readings. */
function compareCrcs(texts: Buffer, pieces: readonly Piece[]): void {
  let at = 0
  for (const { textBytes, crc } of pieces) {
    const text = texts.subarray(at, at + textBytes)
    if (text.length !== textBytes || crc32(text) !== crc) {
      throw new Error(
        `a stored piece of ${textBytes} bytes, at ${at} in its page, has another length or CRC than it was stored with`,
      )
    }
    at += textBytes
  }
}

function isPiece(part: Part): part is Piece {
  return typeof part === 'object' && 'bytes' in part
}

function isLong(part: Part): part is { compress: string } {
  return typeof part === 'object' && 'compress' in part && part.compress.length >= COMPRESSED_LEAST
}

function textOf(part: Exclude<Part, Piece>): string {
  if (typeof part === 'string') return part
  return 'repeated' in part ? part.repeated : part.compress
}

function textBytes(part: Part): number {
  return isPiece(part) ? part.textBytes : Buffer.byteLength(textOf(part))
}
