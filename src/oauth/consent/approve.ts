import { randomInt } from 'node:crypto'
import { newSecret } from '../../shared/ids.ts'
import { hashSecret } from '../../shared/seal.ts'
import { beginSync } from '../begin-sync.ts'
import { toGrantedDetails } from '../details/granted-details.ts'
import { newGrant } from '../new-grant.ts'
import type { Grant, Selection } from '../stores.ts'
import { deriveSecret } from './browser.ts'
import type { ConsentDeps } from './consent-deps.ts'
import type { OpenRequest } from './open-request.ts'
import type { Section } from './sections.ts'

/** What the customer selected for a section. */
export interface Decision {
  section: Section
  selection: Exclude<Selection, 'all'>
}

/**
 * The customer's yes becomes grants (one for each section, because each has its own selection), a receipt and a code, all at once or
 * not at all (CDS-WG3-01 §9.1.1 #auth-requests). A form that was decided before changes nothing.
 * Divergence: §9.4 wants the receipt sent to the customer; we know no address of theirs, so the form shows where it will be.
 */
export async function approve(
  { asked, client, browser }: OpenRequest,
  decisions: readonly Decision[],
  utilityName: string,
  deps: ConsentDeps,
): Promise<void> {
  if (asked.utilityAuthorizationId === null) throw new Error('an approval without a sign-in')
  const created = deps.clock.now()
  const confirmation = newConfirmation()
  const moment = { now: created, timezone: deps.settings.timezone }
  const utilityAuthorizationIds = [asked.utilityAuthorizationId]
  const grants: Grant[] = decisions.map(({ section, selection }) =>
    newGrant({
      grantId: deps.newGrantId(),
      clientId: client.clientId,
      scope: section.map(({ scope }) => scope.id).join(' '),
      authorizationDetails: toGrantedDetails(section, moment),
      utilityAuthorizationIds,
      selection,
      receiptConfirmations: [confirmation],
      states: asked.state === null ? [] : [asked.state],
      created,
    }),
  )
  const grantIds = grants.map(({ grantId }) => grantId)
  // Derived, so that the second of two clicks can be sent the same way as the first.
  const code = deriveSecret(browser, asked.requestId, 'code')
  const receiptSecret = deriveSecret(browser, asked.requestId, 'receipt')
  const kept = await deps.requests.approve(asked.requestId, {
    grants,
    code: {
      hash: hashSecret(code),
      clientId: client.clientId,
      grantIds,
      redirectUri: asked.redirectUriGiven ? asked.redirectUri : null,
      codeChallenge: asked.codeChallenge,
      familyId: newSecret(),
      expiresAt: new Date(created.getTime() + deps.settings.codeSeconds * 1000),
      usedAt: null,
    },
    receipt: {
      hash: hashSecret(receiptSecret),
      grantIds,
      confirmation,
      clientName: client.clientName,
      clientUri: client.clientUri,
      utilityName,
      created,
    },
  })
  if (!kept) return
  for (const grant of grants) await beginSync(grant, deps)
}

/** Twelve digits that say nothing and can be read out on the telephone (CDS-WG3-01 §9.4 #auth-receipt). */
function newConfirmation(): string {
  return [0, 1].map(() => randomInt(1_000_000).toString().padStart(6, '0')).join('')
}
