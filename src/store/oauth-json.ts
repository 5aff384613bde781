import { z } from 'zod'
import { authorizationDetail } from '../cds/wire/authorization-detail.ts'
import type { AuthorizationDetail, Selection } from '../oauth/stores.ts'

const details = z.array(authorizationDetail)
const selection = z.union([
  z.literal('all'),
  z.strictObject({ serviceContractIds: z.array(z.string()), includeFuture: z.boolean() }),
])
const parameters = z.record(z.string(), z.string())

/** The text of a JSON column becomes authorization details again. */
export function readDetails(text: string): AuthorizationDetail[] {
  return details.parse(JSON.parse(text))
}

export function readSelection(text: string): Selection {
  return selection.parse(JSON.parse(text))
}

export function readParameters(text: string): Record<string, string> {
  return parameters.parse(JSON.parse(text))
}
