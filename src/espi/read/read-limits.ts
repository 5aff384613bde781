/** What a feed may not exceed; beyond it the feed is refused as a whole. */
export interface ReadLimits {
  /** Bytes after decompression. */
  bytes: number
  entries: number
  depth: number
  /** Characters of one text, tag or comment. */
  text: number
}
