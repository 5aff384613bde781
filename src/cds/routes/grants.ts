import { type RequestHandler, Router } from 'express'
import { z } from 'zod'
import { accessOf } from '../../oauth/access.ts'
import { endedStatuses } from '../../oauth/grant-access.ts'
import { toGrantObject } from '../../oauth/grant-object.ts'
import { readJson } from '../../oauth/read-json.ts'
import type { OauthSettings } from '../../oauth/settings.ts'
import type { ClientStore, Grant, GrantStore } from '../../oauth/stores.ts'
import { urlsOf } from '../../oauth/urls.ts'
import type { Clock } from '../../shared/clock.ts'
import type { RegistrationId } from '../../shared/ids.ts'
import { RequestError } from '../../shared/request-error.ts'
import { type CursorCodec, pageRequest, pageUrls } from './paging.ts'
import { parseBody } from './parse-body.ts'
import { parseQuery } from './parse-query.ts'
import { list, moment } from './query.ts'

export interface GrantsDeps {
  clients: Pick<ClientStore, 'find'>
  grants: Pick<GrantStore, 'find' | 'list' | 'close'>
  /** Told of every grant that ended, so that what only it could see is erased. */
  onGrantEnded(grant: Grant): Promise<void>
  clock: Clock
  settings: Pick<OauthSettings, 'publicUrl'>
  cursors: CursorCodec
  /** For the scope `cds_client_admin`. */
  requireAccess: RequestHandler
}

const PAGE_LIMIT = 100
const query = z.object({
  grant_ids: list,
  parents: list,
  statuses: list,
  client_ids: list,
  scopes: list,
  receipt_confirmations: list,
  states: list,
  after: moment,
  before: moment,
})

/** §8.6 #grants-modify. Changes of scope are not offered yet. */
const modification = z.object({
  status: z.literal('closed', { error: 'a client may write "closed" only' }).optional(),
  scope: z.string().optional(),
  authorization_details: z.unknown().optional(),
})

/** The Grants API, CDS-WG1-02 §8 #grants-api. */
export function grantsRoutes(deps: GrantsDeps): Router {
  const router = Router()
  const urls = urlsOf(deps.settings.publicUrl)

  router.get('/grants', deps.requireAccess, async (request, response) => {
    const asked = parseQuery(query, request.query)
    const page = await deps.grants.list(
      accessOf(response).registrationId,
      {
        grantIds: asked.grant_ids,
        parents: asked.parents,
        statuses: asked.statuses,
        clientIds: asked.client_ids,
        scopes: asked.scopes,
        receiptConfirmations: asked.receipt_confirmations,
        states: asked.states,
        after: asked.after,
        before: asked.before,
      },
      pageRequest(request.query, PAGE_LIMIT, deps.cursors),
    )
    const grants = page.items.map((grant) => toGrantObject(grant, urls, deps.clock.now()))
    response.json({ grants, ...pageUrls(urls.grants, request.query, page, deps.cursors) })
  })

  router.get('/grants/:id', deps.requireAccess, async (request, response) => {
    const grant = await findGrant(request.params.id, accessOf(response).registrationId, deps)
    response.json(toGrantObject(grant, urls, deps.clock.now()))
  })

  router.patch('/grants/:id', deps.requireAccess, readJson(), async (request, response) => {
    const grant = await findGrant(request.params.id, accessOf(response).registrationId, deps)
    const modified = await modifyGrant(grant, request.body, deps)
    response.json(toGrantObject(modified, urls, deps.clock.now()))
  })
  return router
}

async function findGrant(
  id: unknown,
  registrationId: RegistrationId,
  { grants, clients }: GrantsDeps,
): Promise<Grant> {
  const grant = await grants.find(String(id))
  const client = grant && (await clients.find(grant.clientId))
  if (grant && client?.registrationId === registrationId) return grant
  throw new RequestError(404, 'there is no such grant in this registration')
}

async function modifyGrant(grant: Grant, body: unknown, deps: GrantsDeps): Promise<Grant> {
  const asked = parseBody(modification, body)
  const changesScope = asked.scope !== undefined && asked.scope !== grant.scope
  // Divergence: §8.6 wants scope and authorization_details to be changeable; we take the closing only.
  if (changesScope || asked.authorization_details !== undefined) {
    throw new RequestError(
      400,
      'scope, authorization_details: not offered yet; close the grant and ask for a new one',
    )
  }
  if (asked.status === undefined || endedStatuses.has(grant.status)) return grant
  const closed = await deps.grants.close(grant.grantId, 'closed', deps.clock.now())
  await deps.onGrantEnded(closed)
  return closed
}
