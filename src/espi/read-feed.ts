import type { EspiFeed } from './model.ts'
import { ByteReader } from './read/byte-reader.ts'
import { unpacked } from './read/decode-text.ts'
import { Documents } from './read/documents.ts'
import type { ReadLimits } from './read/read-limits.ts'

export interface ReadFeedOptions {
  limits?: Partial<ReadLimits>
  /** Called with the number of bytes read so far, after decompression. */
  onProgress?: (bytes: number) => void
  /** False sends every IntervalReading through the conforming parser too; the result is the same. */
  fast?: boolean
}

/** Below such a limit even blanks between readings are to be watched by the parser. */
const LEAST_TEXT_LIMIT = 2 ** 19

/** For a program that reads one feed and ends. */
const DEFAULT_LIMITS: ReadLimits = {
  bytes: 8 * 2 ** 30,
  entries: 2_000_000,
  other: { characters: 96_000_000, elements: 2_400_000 },
  depth: 64,
  text: 2 ** 20,
}

/**
 * Bytes of a Green Button document become a feed: Atom feed, single entry, bare payload, or several documents in a row;
 * gzip, UTF-8, UTF-16 and ISO-8859-1. What is not ESPI, or not whole, throws MalformedFeedError: nothing half-read
 * comes back. The memory of a chunk may be used again once the next is asked for.
 */
export async function readFeed(
  chunks: AsyncIterable<Uint8Array>,
  options: ReadFeedOptions = {},
): Promise<EspiFeed> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const documents = new Documents(limits)
  let bytes = 0
  const count = (read: number): void => {
    bytes += read
    options.onProgress?.(bytes)
  }
  const reader = new ByteReader(documents, options.fast !== false && limits.text >= LEAST_TEXT_LIMIT)
  for await (const chunk of unpacked(chunks, limits.bytes, count)) reader.write(chunk)
  reader.end()
  return documents.envelope.toFeed(bytes)
}
