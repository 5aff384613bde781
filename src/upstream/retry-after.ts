const LEAST_MS = 1_000
const MOST_MS = 24 * 3600 * 1000

/**
 * A `Retry-After` header (RFC 9110 §10.2.3: seconds, or a date) becomes milliseconds from now, between a second and a day.
 * Undefined when it is absent or says neither.
 */
export function parseRetryAfter(header: string | string[] | undefined, now: Date): number | undefined {
  const text = (Array.isArray(header) ? header[0] : header)?.trim()
  if (!text) return undefined
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now.getTime()
  if (Number.isNaN(ms)) return undefined
  return Math.min(Math.max(ms, LEAST_MS), MOST_MS)
}
