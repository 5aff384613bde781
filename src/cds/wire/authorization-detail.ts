import { z } from 'zod'

/** CDS-WG1-02 §3.9 #auth-details-field-formats, as far as our fields use them. */
export const detailValue = z.union([z.string(), z.boolean(), z.null(), z.array(z.string()).readonly()])

/** One entry of `authorization_details`, RFC 9396 §2. */
export const authorizationDetail = z.object({ type: z.string() }).catchall(detailValue)
