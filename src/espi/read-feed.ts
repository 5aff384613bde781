import type { EspiFeed } from './model.ts'

/** What a feed may not exceed; beyond it the feed is refused as a whole. */
export interface ReadLimits {
  /** Bytes after decompression. */
  bytes: number
  entries: number
  depth: number
  /** Characters of one text or attribute. */
  text: number
}

export interface ReadFeedOptions {
  limits?: Partial<ReadLimits>
  /** Called with the number of bytes taken in so far, before decompression. */
  onProgress?: (bytes: number) => void
}

/**
 * Bytes of a Green Button document become a feed: Atom feed, single entry, bare payload, or several documents in a row;
 * gzip, UTF-8, UTF-16 and ISO-8859-1. What is not ESPI, or not whole, throws MalformedFeedError: nothing half-read comes back.
 */
export async function readFeed(
  _chunks: AsyncIterable<Uint8Array>,
  _options: ReadFeedOptions = {},
): Promise<EspiFeed> {
  throw new Error('not yet')
}
