import type { z } from 'zod'
import { RequestError } from '../../shared/request-error.ts'

/** URL parameters become a checked query, or a 400 that names the parameter and what to write. Unknown ones are ignored. */
export function parseQuery<Schema extends z.ZodType>(
  schema: Schema,
  parameters: Readonly<Record<string, unknown>>,
): z.output<Schema> {
  const result = schema.safeParse(parameters)
  if (result.success) return result.data
  const faults = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw new RequestError(400, `wrong URL parameters: ${faults.join('; ')}`)
}
