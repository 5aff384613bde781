import { isAscii } from 'node:buffer'
import { FeedTooLargeError, MalformedFeedError } from '../errors.ts'
import { gunzipped } from './gunzipped.ts'
import { nameOfBytes } from './not-espi.ts'

/** Bytes of a document from which its charset can be told. */
export const SNIFFED = 256

/** Charsets in which a byte below 128 is that ASCII character, wherever it stands. */
const ASCII_BASED = /^(?:utf-?8|latin1|iso-8859-\d+|windows-125\d)$/

/** Bytes of a document become its text, chunk by chunk. */
export interface TextDecoding {
  asciiBased: boolean
  decode(bytes: Uint8Array): string
  /** What is left when the bytes have ended. */
  end(): string
}

/** The bytes of a document, unpacked where they begin as gzip does. A chunk's memory may be used again for the next. */
export async function* unpacked(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
  count: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let total = 0
  for await (const chunk of gunzipped(chunks)) {
    total += chunk.length
    if (total > maxBytes) throw new FeedTooLargeError(`the feed is larger than ${maxBytes} bytes`)
    count(chunk.length)
    yield chunk
  }
}

/** Bytes of a document become its text, chunk by chunk. */
export async function* decodeText(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
  count: (bytes: number) => void,
): AsyncGenerator<string> {
  let decoding: TextDecoding | undefined
  let head: Uint8Array = new Uint8Array(0)
  for await (const chunk of unpacked(chunks, maxBytes, count)) {
    if (decoding) {
      yield decoding.decode(chunk)
      continue
    }
    head = Buffer.concat([head, chunk])
    if (head.length < SNIFFED) continue
    decoding = textDecoding(head)
    yield decoding.decode(head)
  }
  if (!decoding) {
    decoding = textDecoding(head)
    yield decoding.decode(head)
  }
  yield decoding.end()
}

/** How to decode a document, from its first bytes: charset by BOM or XML declaration. */
export function textDecoding(head: Uint8Array): TextDecoding {
  const other = nameOfBytes(head)
  if (other !== undefined) throw new MalformedFeedError(other)
  const label = charsetOf(head)
  const decoder = newDecoder(label)
  const asciiBased = ASCII_BASED.test(label)
  let pending = false
  const decode = (bytes: Uint8Array, last: boolean): string => {
    try {
      return decoder.decode(bytes, { stream: !last })
    } catch (cause) {
      throw new MalformedFeedError(`the text is not valid ${label}, ${hintFor(label)}`, {}, { cause })
    }
  }
  return {
    asciiBased,
    decode(bytes) {
      // Plain ASCII, the usual case, needs no decoder, and gives the parser one-byte strings.
      if (asciiBased && !pending && isAscii(bytes)) return toBuffer(bytes).toString('latin1')
      pending = true
      return decode(bytes, false)
    },
    end: () => decode(new Uint8Array(0), true),
  }
}

/** What is declared wrong most often. */
function hintFor(label: string): string {
  return /^utf-?8$/.test(label)
    ? 'as its first line says or leaves unsaid; it may be windows-1252 or ISO-8859-1: write that into encoding="…" of the XML declaration'
    : 'as its first line or its first bytes say; correct encoding="…" of the XML declaration'
}

function newDecoder(label: string): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(label, { fatal: true })
  } catch (cause) {
    throw new MalformedFeedError('the XML declaration names an unknown encoding', {}, { cause })
  }
}

function charsetOf(head: Uint8Array): string {
  const [a, b, c, d] = head
  if (a === 0xfe && b === 0xff) return 'utf-16be'
  if (a === 0xff && b === 0xfe) return 'utf-16le'
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8'
  if (a === 0 && b === 0x3c && c === 0) return 'utf-16be'
  if (a === 0x3c && b === 0 && d === 0) return 'utf-16le'
  const start = toBuffer(head.subarray(0, SNIFFED)).toString('latin1')
  const declared = /^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._:-]+)["']/.exec(start)?.[1]?.toLowerCase()
  // ASCII is UTF-8, where it is true; browsers take the word for windows-1252, and would read nonsense. A declaration that can be
  // read byte by byte is not in UTF-16, whatever it says: programs that write into a text in memory say so.
  return declared === undefined || /^(?:(?:us-)?ascii|utf-16.*|ucs-2)$/.test(declared) ? 'utf-8' : declared
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
