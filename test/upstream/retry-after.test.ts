import { expect, it } from 'vitest'
import { parseRetryAfter } from '../../src/upstream/retry-after.ts'

const now = new Date('2026-03-01T12:00:00Z')

it.each([
  ['120', 120_000],
  ['0', 1_000],
  ['99999999', 86_400_000],
  ['Sun, 01 Mar 2026 12:05:00 GMT', 300_000],
  ['Sun, 01 Mar 2026 11:00:00 GMT', 1_000],
  ['soon', undefined],
  ['', undefined],
  [undefined, undefined],
])(
  'parseRetryAfter reads seconds and dates, clamped to a second and a day (RFC 9110 §10.2.3): %s',
  (header, ms) => {
    expect(parseRetryAfter(header, now)).toBe(ms)
  },
)
