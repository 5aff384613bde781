import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { MalformedFeedError } from '../errors.ts'

/** Bytes unpacked at a time. */
const UNPACKED = 2 ** 16

/** The bytes, unpacked where they begin as gzip does. A chunk's memory may be used again once the next is asked for. */
export async function* gunzipped(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]()
  let head: Uint8Array = new Uint8Array(0)
  let ended = false
  while (head.length < 2 && !ended) {
    const next = await iterator.next()
    ended = next.done === true
    if (!next.done) head = Buffer.concat([head, next.value])
  }
  const whole = rejoined(head, iterator)
  if (head[0] !== 0x1f || head[1] !== 0x8b) {
    yield* whole
    return
  }
  const gunzip = createGunzip({ chunkSize: UNPACKED })
  const source = Readable.from(copied(whole), { objectMode: false })
  try {
    source.on('error', (error) => gunzip.destroy(error))
    yield* source.pipe(gunzip)
  } catch (cause) {
    if (!isZlibError(cause)) throw cause
    throw new MalformedFeedError('the gzip stream is damaged or cut short', {}, { cause })
  } finally {
    source.destroy()
  }
}

/** A stream reads ahead. */
async function* copied(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield Buffer.from(chunk)
}

async function* rejoined(head: Uint8Array, iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (head.length > 0) yield head
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value
  } finally {
    await iterator.return?.()
  }
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')
}
