import { z } from 'zod'

const JSON_HEADERS = { 'content-type': 'application/json' }

/**
 * The body of a good token answer becomes one that a strict OAuth client takes. Custodians are known to leave out
 * `token_type`, to call it `BearerToken`, to answer 201, to label JSON as HTML, and to send `""` or `null` for a member
 * they have no value for. RFC 6749 §5.1 allows none of these, and none leaves a doubt about what is meant.
 */
export function repairTokenResponse(text: string): Response {
  return new Response(repairBody(text), { status: 200, headers: JSON_HEADERS })
}

const members = z.record(z.string(), z.unknown())

function repairBody(text: string): string {
  const body = members.safeParse(parseJson(text)).data
  if (!body) return text
  const filled = Object.entries(body).filter(([, value]) => value !== null && value !== '')
  const repaired = Object.fromEntries(filled)
  // ESPI TokenType knows only `Bearer`; an id token is nothing we asked for.
  const { id_token: _, ...rest } = repaired
  const type = z.string().safeParse(rest.token_type).data?.toLowerCase()
  if (type === undefined || type === 'bearertoken') return JSON.stringify({ ...rest, token_type: 'Bearer' })
  return JSON.stringify(rest)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
