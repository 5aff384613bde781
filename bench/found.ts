/** What a reader found: every one must find the same, or it did not do the same work. */
export interface Found {
  readings: number
  sum: bigint
}
