/** What a utility's resource answered. The body arrives as it is read; reading it to the end is part of the answer. */
export type FeedResponse =
  | { kind: 'ready'; body: AsyncIterable<Uint8Array> }
  /** The utility prepares the feed: ask for the same URL again. */
  | { kind: 'notYet'; retryAfterMs: number }
  | { kind: 'empty' }
