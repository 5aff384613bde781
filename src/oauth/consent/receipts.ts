import { Router } from 'express'
import { hashSecret } from '../../shared/seal.ts'
import { OAuthError } from '../errors.ts'
import { endedStatuses } from '../grant-access.ts'
import { type ReceiptContents, receiptPage } from '../pages/receipt.ts'
import { sendPage } from '../pages/send-page.ts'
import type { ConsentDeps } from './consent-deps.ts'
import { requestedOf } from './sections.ts'

/** Receipts at random addresses, readable and revocable without signing in (CDS-WG3-01 §9.4 #auth-receipt). */
export function receiptRoutes(deps: ConsentDeps): Router {
  const router = Router()

  router.get('/receipts/:secret', async (request, response) => {
    sendPage(response, 200, receiptPage(await loadReceipt(request.params.secret, deps), deps.settings))
  })

  router.post('/receipts/:secret/revoke', async (request, response) => {
    const { grants, revokePath } = await loadReceipt(request.params.secret, deps)
    for (const { grant } of grants) {
      if (endedStatuses.has(grant.status)) continue
      await deps.onGrantEnded(await deps.grants.close(grant.grantId, 'revoked', deps.clock.now()))
    }
    response.redirect(303, revokePath.replace(/\/revoke$/, ''))
  })
  return router
}

async function loadReceipt(secret: string, deps: ConsentDeps): Promise<ReceiptContents> {
  const receipt = await deps.requests.findReceipt(hashSecret(secret))
  if (!receipt) {
    throw new OAuthError(
      'invalid_request',
      'there is no receipt here; if you just opened the form, approve it first',
    )
  }
  const found = await Promise.all(receipt.grantIds.map((id) => deps.grants.find(id)))
  const grants = found.flatMap((grant) => {
    const [first, ...rest] = grant ? requestedOf(grant) : []
    return grant && first ? [{ grant, section: [first, ...rest] as const }] : []
  })
  const [first] = grants
  return {
    receipt,
    client: first && (await deps.clients.find(first.grant.clientId)),
    grants,
    isOpen: grants.some(({ grant }) => !endedStatuses.has(grant.status)),
    revokePath: `/receipts/${secret}/revoke`,
  }
}
