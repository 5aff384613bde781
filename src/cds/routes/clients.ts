import { type RequestHandler, Router } from 'express'
import { z } from 'zod'
import { accessOf } from '../../oauth/access.ts'
import { toClientObject } from '../../oauth/client-object.ts'
import { newMessage } from '../../oauth/new-message.ts'
import { readJson } from '../../oauth/read-json.ts'
import type { OauthSettings } from '../../oauth/settings.ts'
import type { Client, ClientStore } from '../../oauth/stores.ts'
import { toClientChange } from '../../oauth/update-client.ts'
import { urlsOf } from '../../oauth/urls.ts'
import type { Clock } from '../../shared/clock.ts'
import type { MessageId, RegistrationId } from '../../shared/ids.ts'
import { RequestError } from '../../shared/request-error.ts'
import { type CursorCodec, pageRequest, pageUrls } from './paging.ts'
import { parseQuery } from './parse-query.ts'
import { list } from './query.ts'

export interface ClientsDeps {
  newId(kind: 'message'): MessageId
  clock: Clock
  clients: Pick<ClientStore, 'find' | 'list' | 'update'>
  settings: Pick<OauthSettings, 'publicUrl' | 'timezone'>
  cursors: CursorCodec
  /** For the scope `cds_client_admin`. */
  requireAccess: RequestHandler
}

/** CDS-WG1-02 §5.3: a page may end after 100. */
const PAGE_LIMIT = 100
const query = z.object({ client_ids: list })

/** The Clients API, CDS-WG1-02 §5 #clients-api. */
export function clientsRoutes(deps: ClientsDeps): Router {
  const router = Router()
  const urls = urlsOf(deps.settings.publicUrl)

  router.get('/clients', deps.requireAccess, async (request, response) => {
    const { client_ids } = parseQuery(query, request.query)
    const page = await deps.clients.list(
      accessOf(response).registrationId,
      { clientIds: client_ids },
      pageRequest(request.query, PAGE_LIMIT, deps.cursors),
    )
    const clients = page.items.map((client) => toClientObject(client, urls))
    response.json({ clients, ...pageUrls(urls.clients, request.query, page, deps.cursors) })
  })

  router.get('/clients/:id', deps.requireAccess, async (request, response) => {
    const client = await findClient(request.params.id, accessOf(response).registrationId, deps)
    response.json(toClientObject(client, urls))
  })

  router.put('/clients/:id', deps.requireAccess, readJson(), async (request, response) => {
    const client = await findClient(request.params.id, accessOf(response).registrationId, deps)
    response.json(toClientObject(await updateClient(client, request.body, deps), urls))
  })
  return router
}

async function findClient(
  id: unknown,
  registrationId: RegistrationId,
  { clients }: ClientsDeps,
): Promise<Client> {
  const client = await clients.find(String(id))
  if (client?.registrationId === registrationId) return client
  throw new RequestError(404, 'there is no such client in this registration')
}

/** §5.5 #clients-modify: everything is changed at once, nothing is left for a review. §5.3: a message tells of it. */
async function updateClient(client: Client, body: unknown, deps: ClientsDeps): Promise<Client> {
  const now = deps.clock.now()
  const change = toClientChange(client, body, {
    now,
    timezone: deps.settings.timezone,
    defaultRedirectUri: urlsOf(deps.settings.publicUrl).defaultRedirect(client.clientId),
  })
  const message = newMessage(
    { messageId: deps.newId('message'), registrationId: client.registrationId, created: now },
    {
      type: 'notification',
      status: 'complete',
      name: 'A client was modified',
      description: `The client ${client.clientId} was modified through the Clients API.`,
      related: { uri: urlsOf(deps.settings.publicUrl).client(client.clientId), type: 'client' },
    },
  )
  return deps.clients.update(client.clientId, change, { modified: now, message })
}
