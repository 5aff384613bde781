import { pipeline, Readable, type Transform } from 'node:stream'
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from 'node:zlib'

/** More codings on top of each other are a mistake or an attack. */
const MOST_CODINGS = 3

/** The body is in a coding that we do not know, or in too many. */
export class UnknownCodingError extends Error {
  readonly coding: string

  constructor(coding: string) {
    super(`unknown coding ${coding}`)
    // It stands in a message: a header may hold anything.
    this.coding = coding.replace(/[^\x21-\x7e]/g, '?').slice(0, 40)
  }
}

/** The body, unpacked, is larger than anything of its kind. */
export class BodyTooLargeError extends Error {
  readonly code = 'BODY_TOO_LARGE'
}

type Pieces = AsyncIterable<Uint8Array>
type Decoding = (pieces: Pieces) => AsyncGenerator<Uint8Array>

/** The content codings of RFC 9110 §8.4.1, Brotli (RFC 7932) and Zstandard (RFC 8878). */
const DECODINGS: ReadonlyMap<string, Decoding> = new Map<string, Decoding>([
  ['gzip', (pieces) => through(pieces, createGunzip())],
  ['x-gzip', (pieces) => through(pieces, createGunzip())],
  ['deflate', inflated],
  ['br', (pieces) => through(pieces, createBrotliDecompress())],
  ['zstd', (pieces) => through(pieces, createZstdDecompress())],
])

/**
 * The codings of a body in the order in which they are to be undone, RFC 9110 §8.4: names are case-insensitive, come as a list or
 * on several lines, and the last one was applied last. Throws UnknownCodingError.
 */
export function decodingsOf(header: string | readonly string[] | undefined): Decoding[] {
  const names = [header ?? []]
    .flat()
    .flatMap((line) => line.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '' && name.toLowerCase() !== 'identity')
  if (names.length > MOST_CODINGS) throw new UnknownCodingError(names.join(','))
  return names.reverse().map((name) => {
    const decoding = DECODINGS.get(name.toLowerCase())
    if (!decoding) throw new UnknownCodingError(name)
    return decoding
  })
}

/** The bytes of a body with its codings undone. No stage may give more than `maxBytes`: else BodyTooLargeError. */
export function decoded(pieces: Pieces, decodings: readonly Decoding[], maxBytes: number): Pieces {
  return decodings.reduce<Pieces>(
    (undone, decoding) => bounded(decoding(undone), maxBytes),
    bounded(pieces, maxBytes),
  )
}

async function* bounded(pieces: Pieces, maxBytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const piece of pieces) {
    bytes += piece.length
    if (bytes > maxBytes) throw new BodyTooLargeError('the body is too large')
    yield piece
  }
}

/** An error of the source ends the decoder, and a reader that stops ends both. */
async function* through(pieces: Pieces, decoder: Transform): AsyncGenerator<Uint8Array> {
  const source = Readable.from(pieces, { objectMode: false })
  // The pipeline stops listening when it is over; what is destroyed after that may still have an error to tell.
  for (const stream of [source, decoder]) stream.on('error', () => {})
  pipeline(source, decoder, () => {})
  try {
    yield* decoder
  } finally {
    source.destroy()
    decoder.destroy()
  }
}

/** `deflate` is the zlib format (RFC 9110 §8.4.1.2); some servers send the deflate stream without it. */
async function* inflated(pieces: Pieces): AsyncGenerator<Uint8Array> {
  const iterator = pieces[Symbol.asyncIterator]()
  let head: Uint8Array = new Uint8Array(0)
  let next = await iterator.next()
  for (; !next.done; next = await iterator.next()) {
    head = Buffer.concat([head, next.value])
    if (head.length >= 2) break
  }
  if (head.length === 0) return
  yield* through(rejoined(head, iterator), isZlib(head) ? createInflate() : createInflateRaw())
}

/** RFC 1950 §2.2: compression method 8, and a check that makes the first two bytes a multiple of 31. */
function isZlib([first = 0, second = 0]: Uint8Array): boolean {
  return (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0
}

async function* rejoined(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield head
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
  } finally {
    await rest.return?.()
  }
}
