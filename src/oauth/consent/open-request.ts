import { timingSafeEqual } from 'node:crypto'
import type { Request } from 'express'
import { hashSecret } from '../../shared/seal.ts'
import { OAuthError } from '../errors.ts'
import type { AuthorizationRequest, Client } from '../stores.ts'
import { deriveSecret, requireSameBrowser } from './browser.ts'
import type { ConsentDeps } from './consent-deps.ts'

/**
 * A request that this browser may go on with. Divergence: CDS-WG3-01 §9.1.2 #customer-authentication wants a customer to stay signed in for ten
 * minutes; ours do within one request, but a new link leads to the utility again, because it may ask the utility for more.
 */
export interface OpenRequest {
  asked: AuthorizationRequest
  client: Client
  browser: string
  csrf: string
}

/** Finds the request of an address or callback, or throws what the customer is to read. */
export async function openRequest(
  request: Request,
  asked: AuthorizationRequest | undefined,
  deps: ConsentDeps,
): Promise<OpenRequest> {
  if (!asked || asked.expiresAt <= deps.clock.now()) {
    throw new OAuthError(
      'invalid_request',
      'this request is unknown or has expired; go back to the link you came from',
    )
  }
  const browser = requireSameBrowser(request, asked, deps.settings)
  const client = await deps.clients.find(asked.clientId)
  if (!client || client.status === 'disabled') {
    throw new OAuthError('invalid_request', 'the app that sent you here is no longer registered')
  }
  return { asked, client, browser, csrf: deriveSecret(browser, asked.requestId, 'csrf') }
}

/** A form must carry the token of the page it was on. */
export function checkCsrf(body: unknown, { csrf }: OpenRequest): void {
  const given = typeof body === 'object' && body !== null && 'csrf' in body ? body.csrf : undefined
  if (typeof given !== 'string' || !timingSafeEqual(hashSecret(given), hashSecret(csrf))) {
    throw new OAuthError('invalid_request', 'this form was not sent from its own page; go back and try again')
  }
}
