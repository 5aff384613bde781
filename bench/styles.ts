import type { FeedStyle } from './feeds.ts'

const MEGA = 1e6

export const USUAL: FeedStyle = { pretty: true, prefixed: true, quality: true, cost: false, tou: false }

/** The ways in which custodians write feeds, with the size in bytes of the one that is measured. */
export const STYLES: Readonly<Record<string, FeedStyle & { size: number }>> = {
  'pretty, prefixed, quality': { ...USUAL, size: 100 * MEGA },
  'pretty, quality': { ...USUAL, prefixed: false, size: 25 * MEGA },
  'compact, prefixed, quality, cost': { ...USUAL, pretty: false, cost: true, size: 25 * MEGA },
  'compact, quality, cost, time of use': {
    ...USUAL,
    pretty: false,
    prefixed: false,
    cost: true,
    tou: true,
    size: 25 * MEGA,
  },
}
