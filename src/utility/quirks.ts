import { z } from 'zod'

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
})

export type Quirks = z.output<typeof quirks>
