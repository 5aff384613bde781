/** Where a page begins: after, or before, the object with these sort keys. */
export interface Cursor {
  direction: 'next' | 'previous'
  keys: readonly string[]
}

export interface PageRequest {
  limit: number
  cursor?: Cursor | undefined
}

/** One page of a listing, and where its neighbours begin, if there are any. */
export interface Page<T> {
  items: T[]
  next?: Cursor
  previous?: Cursor
}
