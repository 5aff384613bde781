import { timingSafeEqual } from 'node:crypto'
import { hashSecret } from '../../shared/seal.ts'
import type { SandboxClient } from '../options.ts'
import { TokenError } from './errors.ts'

/** The client of a token request, by HTTP Basic or by the form's own fields (RFC 6749 §2.3.1). */
export function authenticateClient(
  header: string | undefined,
  form: ReadonlyMap<string, string>,
  clients: readonly SandboxClient[],
): SandboxClient {
  for (const { id, secret } of credentialsOf(header, form)) {
    const client = clients.find(({ clientId }) => clientId === id)
    if (client && isSame(secret, client.clientSecret)) return client
  }
  throw new TokenError('invalid_client', 'The client id or secret is wrong.')
}

interface Credentials {
  readonly id: string
  readonly secret: string
}

/** Basic credentials are form-encoded by the specification; clients that skip the encoding are understood too. */
function credentialsOf(header: string | undefined, form: ReadonlyMap<string, string>): Credentials[] {
  const basic = /^Basic\s+([A-Za-z0-9+/=_-]+)$/i.exec(header ?? '')?.[1]
  if (basic === undefined) {
    const id = form.get('client_id')
    const secret = form.get('client_secret')
    return id !== undefined && secret !== undefined ? [{ id, secret }] : []
  }
  const text = Buffer.from(basic, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon < 0) return []
  const raw = { id: text.slice(0, colon), secret: text.slice(colon + 1) }
  const decoded = { id: formDecode(raw.id), secret: formDecode(raw.secret) }
  return [decoded, raw]
}

function formDecode(text: string): string {
  return new URLSearchParams(`v=${text.replaceAll('&', '%26')}`).get('v') ?? text
}

function isSame(one: string, other: string): boolean {
  return timingSafeEqual(hashSecret(one), hashSecret(other))
}
