import { z } from 'zod'
import { authorizationDetail } from './authorization-detail.ts'

/** RFC 6749 §5.1, with RFC 9396 §7 and the `cds_grant_ids` of the newer draft of CDS-WG1-02. */
export const tokenResponse = z.strictObject({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.int().positive(),
  refresh_token: z.string().optional(),
  scope: z.string(),
  authorization_details: z.array(authorizationDetail).optional(),
  cds_grant_ids: z.array(z.string()).optional(),
})
export type TokenResponse = z.infer<typeof tokenResponse>

/** RFC 7662 §2.2, extended by RFC 9396 §9.2. */
export const introspectionResponse = z.object({
  active: z.boolean(),
  scope: z.string().optional(),
  client_id: z.string().optional(),
  token_type: z.literal('Bearer').optional(),
  exp: z.int().optional(),
  iat: z.int().optional(),
  iss: z.string().optional(),
  authorization_details: z.array(authorizationDetail).optional(),
  cds_grant_ids: z.array(z.string()).optional(),
})
export type IntrospectionResponse = z.infer<typeof introspectionResponse>
