import { type RequestHandler, Router } from 'express'
import { z } from 'zod'
import { accessOf } from '../../oauth/access.ts'
import { newMessage } from '../../oauth/new-message.ts'
import { readJson } from '../../oauth/read-json.ts'
import type { OauthSettings } from '../../oauth/settings.ts'
import type { Client, ClientStore, Credential, CredentialStore, Message } from '../../oauth/stores.ts'
import { type Urls, urlsOf } from '../../oauth/urls.ts'
import { type Clock, toDatetime } from '../../shared/clock.ts'
import { type CredentialId, type MessageId, newSecret, type RegistrationId } from '../../shared/ids.ts'
import { RequestError } from '../../shared/request-error.ts'
import type { CredentialObject } from '../wire/credential.ts'
import { type CursorCodec, pageRequest, pageUrls } from './paging.ts'
import { parseBody } from './parse-body.ts'
import { parseQuery } from './parse-query.ts'
import { list, moment } from './query.ts'

export interface CredentialsDeps {
  clients: Pick<ClientStore, 'find'>
  credentials: Pick<CredentialStore, 'create' | 'find' | 'list' | 'setExpiry'>
  newId: ((kind: 'message') => MessageId) & ((kind: 'credential') => CredentialId)
  clock: Clock
  settings: Pick<OauthSettings, 'publicUrl' | 'credentialsPerClient'>
  cursors: CursorCodec
  /** For the scope `cds_client_admin`. */
  requireAccess: RequestHandler
}

const PAGE_LIMIT = 100
const query = z.object({ credential_ids: list, client_ids: list, after: moment, before: moment })
const creation = z.object({ client_id: z.string() })
/** Epoch seconds up to the year 9999; 0: never. */
const modification = z.object({ client_secret_expires_at: z.int().min(0).max(253_402_300_799).optional() })

/** The Credentials API, CDS-WG1-02 §7 #credentials-api. */
export function credentialsRoutes(deps: CredentialsDeps): Router {
  const router = Router()
  const urls = urlsOf(deps.settings.publicUrl)
  const show = async (credential: Credential) =>
    toCredentialObject(credential, await deps.clients.find(credential.clientId), urls)

  router.get('/credentials', deps.requireAccess, async (request, response) => {
    const asked = parseQuery(query, request.query)
    const page = await deps.credentials.list(
      accessOf(response).registrationId,
      {
        credentialIds: asked.credential_ids,
        clientIds: asked.client_ids,
        after: asked.after,
        before: asked.before,
      },
      pageRequest(request.query, PAGE_LIMIT, deps.cursors),
    )
    const credentials = await Promise.all(page.items.map(show))
    response.json({ credentials, ...pageUrls(urls.credentials, request.query, page, deps.cursors) })
  })

  router.post('/credentials', deps.requireAccess, readJson(), async (request, response) => {
    const credential = await createCredential(request.body, accessOf(response).registrationId, deps)
    response
      .status(201)
      .location(urls.credential(credential.credentialId))
      .json(await show(credential))
  })

  router.get('/credentials/:id', deps.requireAccess, async (request, response) => {
    const credential = await findCredential(request.params.id, accessOf(response).registrationId, deps)
    response.json(await show(credential))
  })

  router.patch('/credentials/:id', deps.requireAccess, readJson(), async (request, response) => {
    const { registrationId } = accessOf(response)
    const credential = await findCredential(request.params.id, registrationId, deps)
    response.json(await show(await modifyCredential(credential, request.body, registrationId, deps)))
  })
  return router
}

async function findCredential(
  id: unknown,
  registrationId: RegistrationId,
  { credentials }: CredentialsDeps,
): Promise<Credential> {
  const credential = await credentials.find(registrationId, String(id))
  if (credential) return credential
  throw new RequestError(404, 'there is no such credential in this registration')
}

/** §7.5 #credentials-create */
async function createCredential(
  body: unknown,
  registrationId: RegistrationId,
  deps: CredentialsDeps,
): Promise<Credential> {
  const { client_id } = parseBody(creation, body)
  const client = await deps.clients.find(client_id)
  if (client?.registrationId !== registrationId || client.tokenEndpointAuthMethod === null) {
    throw new RequestError(400, 'client_id: there is no such client in this registration')
  }
  const created = deps.clock.now()
  const credential: Credential = {
    credentialId: deps.newId('credential'),
    clientId: client.clientId,
    clientSecret: newSecret(),
    expiresAt: null,
    created,
    modified: created,
  }
  const most = deps.settings.credentialsPerClient
  const message = tell('added', credential, registrationId, deps)
  if (!(await deps.credentials.create(credential, most, message))) {
    throw new RequestError(
      409,
      `client_id: this client has ${most} live credentials; expire some of them first`,
    )
  }
  return credential
}

/** §7.6 #credentials-modify: an expiry may only come nearer, and not lie in the past. */
async function modifyCredential(
  credential: Credential,
  body: unknown,
  registrationId: RegistrationId,
  deps: CredentialsDeps,
): Promise<Credential> {
  const { client_secret_expires_at: wanted } = parseBody(modification, body)
  if (wanted === undefined) return credential
  const now = deps.clock.now()
  checkExpiry(wanted, credential, now)
  const expiresAt = wanted === 0 ? null : new Date(wanted * 1000)
  // §7.6: expired now means compromised; what was issued with it goes with it.
  const message = tell('modified', credential, registrationId, deps)
  return deps.credentials.setExpiry(credential.credentialId, expiresAt, { modified: now, message })
}

function checkExpiry(wanted: number, { expiresAt }: Credential, now: Date): void {
  const current = expiresAt ? toEpoch(expiresAt) : 0
  if (wanted === current) return
  if (wanted < toEpoch(now) || (current !== 0 && wanted > current)) {
    throw new RequestError(
      400,
      `client_secret_expires_at: write epoch seconds from ${toEpoch(now)} (now)${current === 0 ? ', or 0' : ` to ${current} (as it is)`}`,
    )
  }
}

/** §7.3 #credentials-list: a message for each change. */
function tell(
  what: 'added' | 'modified',
  { credentialId, clientId }: Credential,
  registrationId: RegistrationId,
  { newId, clock, settings }: CredentialsDeps,
): Message {
  return newMessage(
    { messageId: newId('message'), registrationId, created: clock.now() },
    {
      type: 'notification',
      status: 'complete',
      name: `A credential was ${what}`,
      description: `The credential ${credentialId} of the client ${clientId} was ${what} through the Credentials API.`,
      related: { uri: urlsOf(settings.publicUrl).credential(credentialId), type: 'credential' },
    },
  )
}

/** §7.1 #credentials-format: the secrets of a disabled client expired when it was disabled. */
function toCredentialObject(
  credential: Credential,
  client: Client | undefined,
  urls: Urls,
): CredentialObject {
  const expiresAt = client?.disabledAt ?? credential.expiresAt
  return {
    credential_id: credential.credentialId,
    uri: urls.credential(credential.credentialId),
    client_id: credential.clientId,
    created: toDatetime(credential.created),
    modified: toDatetime(credential.modified),
    type: 'client_secret',
    client_secret: credential.clientSecret,
    client_secret_expires_at: expiresAt ? toEpoch(expiresAt) : 0,
  }
}

function toEpoch(date: Date): number {
  return Math.floor(date.getTime() / 1000)
}
