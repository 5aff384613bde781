import { z } from 'zod'

/** Control characters, and those that turn the direction of the text around them: nobody sees what stands there. */
const HIDDEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u

const text = (length: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(length)
    .refine((value) => !HIDDEN.test(value), {
      error: 'write text without control characters and without marks that change its direction',
    })

/** An address that a browser may be sent to, or shown as a link: http or https, nothing else. */
export const webUrl = z
  .url({ protocol: /^https?$/, error: 'write an http or https URL' })
  .max(2000)
  .refine((value) => URL.parse(value)?.username === '', { error: 'write a URL without a user' })

/** What a client says of itself, at registration and later (RFC 7591 §2). Absent: the default. */
export const clientMetadata = z.object({
  client_name: text(200).optional(),
  contacts: z.array(text(320)).max(20).optional(),
  client_uri: webUrl.optional(),
  logo_uri: webUrl.optional(),
  tos_uri: webUrl.optional(),
  policy_uri: webUrl.optional(),
})

/** What zod found becomes one sentence that names each field. */
export function describeFaults(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`).join('; ')
}
