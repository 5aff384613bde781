import { z } from 'zod'

/** A space-separated list of a URL parameter becomes its members. Repeated parameters count as one list. */
export const list = z
  .union([z.string(), z.array(z.string())])
  .transform((value) =>
    [value]
      .flat()
      .join(' ')
      .split(' ')
      .filter((member) => member !== ''),
  )
  .optional()

/** CDS-WG1-02 §2 "datetime" in a URL parameter. Seconds may be missing, a `+` may have become a blank: both are seen from real clients. */
export const moment = z
  .string()
  .transform((text) => text.replace(/ (\d\d:\d\d)$/, '+$1'))
  .pipe(
    z
      .string()
      .regex(
        /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/i,
        'write a datetime such as 2026-01-31T00:00:00Z',
      ),
  )
  .transform((text, context) => {
    const date = new Date(text)
    if (!Number.isNaN(date.getTime())) return date
    context.issues.push({ code: 'custom', message: 'no such datetime', input: text })
    return z.NEVER
  })
  .optional()

/** A search term. */
export const term = z.string().min(1).max(200).optional()

/** CDS-WG1-02 §2 "date" in a URL parameter. */
export const date = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d$/, 'write a date such as 2026-01-31')
  .refine((text) => toDate(new Date(`${text}T00:00:00Z`)) === text, 'no such date')
  .optional()

function toDate(date: Date): string | undefined {
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString().slice(0, 10)
}
