import type { Request } from 'express'
import { TokenError } from './errors.ts'

/**
 * The parameters of a token request, form-encoded or (as some Third Parties send them) multipart/form-data. A parameter
 * must not come twice, RFC 6749 §3.2.
 */
export async function readForm(request: Request): Promise<ReadonlyMap<string, string>> {
  const type = request.headers['content-type'] ?? ''
  const isForm = /^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(type)
  if (!isForm || !Buffer.isBuffer(request.body)) {
    throw new TokenError('invalid_request', 'Send the parameters as application/x-www-form-urlencoded.')
  }
  const form = new Map<string, string>()
  for (const [name, value] of await parse(request.body, type)) {
    if (form.has(name)) throw new TokenError('invalid_request', `The parameter ${name} is sent twice.`)
    if (typeof value === 'string') form.set(name, value)
  }
  return form
}

async function parse(body: Buffer, type: string): Promise<Iterable<[string, unknown]>> {
  try {
    return await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData()
  } catch {
    throw new TokenError('invalid_request', 'The body of the request cannot be read.')
  }
}
