import type { z } from 'zod'
import { RequestError } from '../../shared/request-error.ts'

/** A JSON body becomes a checked object, or a 400 that names the field and what to write. */
export function parseBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const result = schema.safeParse(body ?? {})
  if (result.success) return result.data
  const faults = result.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`)
  throw new RequestError(400, faults.join('; '))
}
