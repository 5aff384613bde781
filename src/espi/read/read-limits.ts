/** What a feed may not exceed; beyond it the feed is refused as a whole. */
export interface ReadLimits {
  /** Bytes after decompression. */
  bytes: number
  entries: number
  /** What is kept of entries as elements and texts; readings are not among it, they take a few bytes each. */
  other: OtherLimits
  depth: number
  /** Characters of one text, tag or comment. */
  text: number
}

/** Everything but readings, in all entries together. In memory it takes some eleven times its characters of XML. */
export interface OtherLimits {
  characters: number
  elements: number
}

/** For a server that reads several feeds at a time. */
export const SERVER_OTHER_LIMITS: OtherLimits = { characters: 24_000_000, elements: 600_000 }
