import { z } from 'zod'
import { datetime, listing, url } from './primitives.ts'

/** CDS-WG1-02 §7.1 #credentials-format */
export const credential = z.object({
  credential_id: z.string(),
  uri: url,
  client_id: z.string(),
  created: datetime,
  modified: datetime,
  type: z.literal('client_secret'),
  client_secret: z.string(),
  /** Epoch seconds; 0: never (RFC 7591 §3.2.1). */
  client_secret_expires_at: z.int(),
})
export type CredentialObject = z.infer<typeof credential>

/** CDS-WG1-02 §7.3 #credentials-list */
export const credentialListing = listing('credentials', credential)
