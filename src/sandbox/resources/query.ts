import { z } from 'zod'
import type { FeedQuery } from '../feed/usage-feed.ts'

/** OpenESPI takes an instant in whole seconds with `Z`, nothing else. */
const Instant = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  .transform((text) => Date.parse(text) / 1000)
  .refine(Number.isFinite)
  .optional()

const Counter = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number)
  .optional()

const Query = z.object({
  'published-min': Instant,
  'published-max': Instant,
  'updated-min': Instant,
  'updated-max': Instant,
  'start-index': Counter,
  'max-results': Counter,
  depth: Counter,
})

/** The query parameters of ESPI's Function Block 37; undefined when one is malformed. Others are overlooked. */
export function parseFeedQuery(query: unknown): FeedQuery | undefined {
  const parsed = Query.safeParse(query)
  if (!parsed.success) return undefined
  const { data } = parsed
  const entries = {
    publishedMin: data['published-min'],
    publishedMax: data['published-max'],
    updatedMin: data['updated-min'],
    updatedMax: data['updated-max'],
    startIndex: data['start-index'],
    maxResults: data['max-results'],
  }
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined))
}
