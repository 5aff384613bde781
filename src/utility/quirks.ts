import { z } from 'zod'
import { INFORMATION_ROLES } from './information-roles.ts'
import { lineKey } from './line-key.ts'

/** What a line of a bill may be called in a profile: what it charges (CDS line item types), or what else it tells. */
const lineWord = z.enum([
  'fixed_charge',
  'usage_charge',
  'tax',
  'distribution',
  'supply',
  'transmission',
  'other',
  ...INFORMATION_ROLES,
])

const lines = z.record(z.string(), lineWord).superRefine((given, context) => {
  for (const name of Object.keys(given)) {
    if (name !== '' && name === lineKey(name)) continue
    const message = `write "${lineKey(name)}": small letters, single blanks, no ($)`
    context.addIssue({ code: 'custom', path: [name], message })
  }
})

const billing = z.strictObject({
  /** The power of ten of amounts that do not say theirs; the XSD's is -5, tried against the sum of the charges. */
  moneyExponent: z.int().min(-15).max(0).optional(),
  /** Lines whose itemKind is misleading, by their note as `lineKey` writes it. */
  lines: lines.optional(),
  /** The element that holds what is billed: some write it as the current period's, and the bill before in the other. */
  billedElement: z
    .enum(['overallConsumptionLastPeriod', 'currentBillingPeriodOverAllConsumption'])
    .optional(),
})

/** See `quirks.billing`. */
export type Billing = z.output<typeof billing>

/** An object of JSON becomes `quirks.billing`; a list says what is wrong with it, a line each. */
export function parseBilling(value: unknown): Billing | string[] {
  const result = billing.safeParse(value)
  if (result.success) return result.data
  return result.error.issues.map(({ path, message, code }) => {
    const known = code === 'unrecognized_keys' ? `; known are ${Object.keys(billing.shape).join(', ')}` : ''
    return `${path.join('.') || '(whole)'}: ${message}${known}`
  })
}

/**
 * Where a utility departs from ESPI. Each has the ESPI behaviour as its default, so that an adapter names only what is
 * odd. Code asks for the quirk at the one place it matters, never for the utility's id.
 */
export const quirks = z.strictObject({
  /**
   * What a refresh sends as `scope`: the granted string verbatim (the default: every known custodian that looks at it
   * wants exactly that), nothing, or the adapter's `scope.literal`.
   */
  refreshScope: z.enum(['granted', 'omit', 'literal']).default('granted'),

  /**
   * Which query parameter names a window of readings: `published-min`/`-max` (FB 37, and the time of the data in the
   * reference implementation), `updated-min`/`-max`, or none because the utility ignores or refuses them.
   */
  windowParameter: z.enum(['published', 'updated', 'none']).default('published'),

  /** The token response's `resourceURI` lacks `/Batch/` although the whole feed is only served with it. */
  resourceUriWithoutBatch: z.boolean().default(false),

  /**
   * A window of readings leaves out usage points, meter readings and reading types that are older than it, so that its blocks
   * are orphans: the reference implementation compares every entry's own Atom dates. They are then asked for by themselves,
   * at `Subscription/{id}/UsagePoint` and along its links (FB 32).
   */
  windowLeavesOutContext: z.boolean().default(false),

  /**
   * Neither the token response nor the Authorization names `customerResourceURI`; it is the resource URI with
   * `/RetailCustomer/` in the place of `/Subscription/`.
   */
  customerUriFromSubscription: z.boolean().default(false),

  /** How its bills differ from what the XSD says: scale of money, meaning of lines, element of the billed usage. */
  billing: billing.optional(),
})

export type Quirks = z.output<typeof quirks>
