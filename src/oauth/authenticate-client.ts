import { timingSafeEqual } from 'node:crypto'
import type { Request } from 'express'
import type { Clock } from '../shared/clock.ts'
import { hashSecret } from '../shared/seal.ts'
import { OAuthError } from './errors.ts'
import type { Limit } from './limits.ts'
import { addressOf, countOrRefuse } from './rate-limit.ts'
import type { Client, ClientStore, Credential, CredentialStore } from './stores.ts'

export interface AuthenticateClientDeps {
  clients: Pick<ClientStore, 'find'>
  credentials: Pick<CredentialStore, 'listLive'>
  /** Failed authentications, by address and client. */
  failures: Limit
  clock: Clock
}

export interface AuthenticatedClient {
  client: Client
  credential: Credential
}

/**
 * The client behind an `Authorization: Basic` header (RFC 6749 §2.3.1 `client_secret_basic`) and the one of its secrets it used.
 * Whatever is wrong, the answer is the same: nobody learns which clients exist. Failures alone are counted (CDS-WG1-02 §11.3
 * #rate-limiting), so a right secret is always answered, whatever others send from the same address.
 */
export async function authenticateClient(
  request: Pick<Request, 'get' | 'ip'>,
  deps: AuthenticateClientDeps,
): Promise<AuthenticatedClient> {
  const given = readBasic(request.get('authorization'))
  const client = given && (await deps.clients.find(given.id))
  const credentials = client ? await deps.credentials.listLive(client.clientId, deps.clock.now()) : []
  // Every secret is compared, in constant time: how long it takes says nothing.
  const [credential] = credentials.filter(({ clientSecret }) => isSame(clientSecret, given?.secret ?? ''))
  if (client && client.status !== 'disabled' && credential) return { client, credential }
  await countOrRefuse(deps.failures, addressOf(request), client?.clientId ?? 'unknown')
  throw new OAuthError(
    'invalid_client',
    given
      ? 'the client is unknown or disabled, or the secret is wrong or expired'
      : 'send client_id and client_secret with HTTP Basic',
  )
}

/** Both halves are form-urlencoded before they are joined (RFC 6749 §2.3.1). */
function readBasic(header: string | undefined): { id: string; secret: string } | undefined {
  const encoded = /^basic +([A-Za-z0-9+/=_-]+) *$/i.exec(header ?? '')?.[1]
  if (!encoded) return undefined
  const text = Buffer.from(encoded, 'base64').toString()
  const colon = text.indexOf(':')
  if (colon < 1) return undefined
  try {
    return { id: formDecode(text.slice(0, colon)), secret: formDecode(text.slice(colon + 1)) }
  } catch {
    return undefined
  }
}

function formDecode(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '))
}

function isSame(expected: string, given: string): boolean {
  return timingSafeEqual(hashSecret(expected), hashSecret(given))
}
