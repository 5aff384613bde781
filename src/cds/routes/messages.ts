import { type RequestHandler, type Response, Router } from 'express'
import { z } from 'zod'
import { accessOf } from '../../oauth/access.ts'
import { webUrl } from '../../oauth/client-metadata.ts'
import { readJson } from '../../oauth/read-json.ts'
import type { SelfAccessLinks } from '../../oauth/self-access/links.ts'
import type { OauthSettings } from '../../oauth/settings.ts'
import type { Message, MessageStore } from '../../oauth/stores.ts'
import { urlsOf } from '../../oauth/urls.ts'
import { type Clock, toDatetime } from '../../shared/clock.ts'
import type { MessageId, RegistrationId } from '../../shared/ids.ts'
import { RequestError } from '../../shared/request-error.ts'
import { type MessageListing, type MessageObject, messageAttachment } from '../wire/message.ts'
import { type CursorCodec, pageRequest, pageUrls } from './paging.ts'
import { parseBody } from './parse-body.ts'
import { parseQuery } from './parse-query.ts'
import { list } from './query.ts'

export interface MessagesDeps {
  messages: Pick<MessageStore, 'submit' | 'find' | 'list' | 'update'>
  /** Makes the link of a message that asks for a sign-in. */
  links: Pick<SelfAccessLinks, 'toPath'>
  newId(kind: 'message'): MessageId
  clock: Clock
  settings: Pick<
    OauthSettings,
    'publicUrl' | 'bodyBytes' | 'messagesPerRegistration' | 'attachmentBytesPerRegistration'
  >
  cursors: CursorCodec
  /** For the scope `cds_client_admin`. */
  requireAccess: RequestHandler
}

const PAGE_LIMIT = 100
const LISTS = ['outstanding', 'unread', 'read'] as const
const query = z.object({ message_ids: list, list: z.enum(LISTS).optional() })

const attachments = z.array(messageAttachment).max(100)
const creation = z.object({
  // Divergence: §6.9 has production_request, grant_request and client_submission too; they are not offered yet.
  type: z.enum(['private_message', 'support_request'], {
    error: 'private_message and support_request are taken; the other types are not offered yet',
  }),
  previous_uri: z.url().nullable(),
  name: z.string().min(1).max(500),
  description: z.string().min(1).max(100_000),
  related_uri: webUrl.nullable().optional(),
  attachments: attachments.optional(),
})
const modification = z.object({ read: z.boolean().optional() })

/** The Messages API, CDS-WG1-02 §6 #messages-api. */
export function messagesRoutes(deps: MessagesDeps): Router {
  const router = Router()
  const urls = urlsOf(deps.settings.publicUrl)
  const readBody = readJson(deps.settings.bodyBytes)
  const show = (message: Message) => toMessageObject(message, deps)

  router.get('/messages', deps.requireAccess, async (request, response) => {
    response.json(await listMessages(request.query, registrationOf(response), deps))
  })

  router.post('/messages', deps.requireAccess, readBody, async (request, response) => {
    const message = await createMessage(request.body, response, deps)
    response.status(201).location(urls.message(message.messageId)).json(show(message))
  })

  router.get('/messages/:id', deps.requireAccess, async (request, response) => {
    const message = await findMessage(request.params.id, registrationOf(response), deps)
    response.json(show(message))
  })

  router.patch('/messages/:id', deps.requireAccess, readBody, async (request, response) => {
    const message = await findMessage(request.params.id, registrationOf(response), deps)
    const { read } = parseBody(modification, request.body)
    const changed = read !== undefined && read !== message.read
    const updated = changed
      ? await deps.messages.update(message.messageId, { read }, deps.clock.now())
      : message
    response.json(show(updated))
  })
  return router
}

function registrationOf(response: Response): RegistrationId {
  return accessOf(response).registrationId
}

async function findMessage(
  id: unknown,
  registrationId: RegistrationId,
  { messages }: MessagesDeps,
): Promise<Message> {
  const message = await messages.find(registrationId, String(id))
  if (message) return message
  throw new RequestError(404, 'there is no such message in this registration')
}

/** §6.8 #messages-list: three lists at first; a link to a neighbour brings its own list alone. */
async function listMessages(
  parameters: Readonly<Record<string, unknown>>,
  registrationId: RegistrationId,
  deps: MessagesDeps,
): Promise<MessageListing> {
  const urls = urlsOf(deps.settings.publicUrl)
  const asked = parseQuery(query, parameters)
  const read = async (which: (typeof LISTS)[number]) => {
    if (asked.list !== undefined && asked.list !== which) return { messages: [], next: null, previous: null }
    const request = pageRequest(parameters, PAGE_LIMIT, deps.cursors)
    const page = await deps.messages.list(registrationId, which, { messageIds: asked.message_ids }, request)
    const links = pageUrls(urls.messages, { ...parameters, list: which }, page, deps.cursors)
    return { messages: page.items.map((message) => toMessageObject(message, deps)), ...links }
  }
  const [outstanding, unread, seen] = await Promise.all([read('outstanding'), read('unread'), read('read')])
  return {
    outstanding: outstanding.messages,
    outstanding_next: outstanding.next,
    outstanding_previous: outstanding.previous,
    unread: unread.messages,
    unread_next: unread.next,
    unread_previous: unread.previous,
    read: seen.messages,
    read_next: seen.next,
    read_previous: seen.previous,
  }
}

/** §6.9 #messages-create */
async function createMessage(body: unknown, response: Response, deps: MessagesDeps): Promise<Message> {
  const asked = parseBody(creation, body)
  const { registrationId, clientId } = accessOf(response)
  const created = deps.clock.now()
  const message: Message = {
    messageId: deps.newId('message'),
    registrationId,
    type: asked.type,
    previousId: await findPrevious(asked.previous_uri, registrationId, deps),
    read: true,
    creator: clientId,
    status: asked.type === 'private_message' ? 'complete' : 'pending',
    name: asked.name,
    description: asked.description,
    related: asked.related_uri ? { uri: asked.related_uri, type: 'support' } : null,
    attachments: asked.attachments ? JSON.stringify(asked.attachments) : null,
    attachmentCount: asked.attachments?.length ?? 0,
    created,
    modified: created,
  }
  await submit(message, deps)
  return message
}

async function submit(message: Message, { messages, settings }: MessagesDeps): Promise<void> {
  const most = settings.messagesPerRegistration
  const bounds = { messages: most, attachmentBytes: settings.attachmentBytesPerRegistration }
  const said = await messages.submit(message, bounds)
  if (said === 'kept') return
  throw new RequestError(
    409,
    said === 'messages'
      ? `this registration has written ${most} messages, the most that are kept: ask support to remove some`
      : `attachments: with these, this registration would keep more than ${bounds.attachmentBytes} bytes of attachments (counted as JSON): ask support to remove some`,
  )
}

async function findPrevious(
  uri: string | null,
  registrationId: RegistrationId,
  deps: MessagesDeps,
): Promise<MessageId | null> {
  if (uri === null) return null
  const prefix = urlsOf(deps.settings.publicUrl).message('')
  const id = uri.startsWith(prefix) ? uri.slice(prefix.length) : ''
  const previous = await deps.messages.find(registrationId, id)
  if (previous) return previous.messageId
  throw new RequestError(400, 'previous_uri: write the uri of a message of this registration, or null')
}

/** §6.1 #message-format. Without attachments that were not read: a list says how many there are. */
function toMessageObject(message: Message, { links, clock, settings }: MessagesDeps): MessageObject {
  const urls = urlsOf(settings.publicUrl)
  return {
    message_id: message.messageId,
    uri: urls.message(message.messageId),
    previous_uri: message.previousId === null ? null : urls.message(message.previousId),
    type: message.type,
    read: message.read,
    creator: message.creator,
    created: toDatetime(message.created),
    modified: toDatetime(message.modified),
    status: message.status,
    name: message.name,
    description: message.description,
    ...(message.attachmentCount === 0 ? {} : { attachment_count: message.attachmentCount }),
    ...(message.attachments === null
      ? {}
      : { attachments: attachments.parse(JSON.parse(message.attachments)) }),
    ...(message.related === null
      ? {}
      : {
          related_uri: message.related.uri.startsWith('/')
            ? `${settings.publicUrl}${links.toPath(message.messageId, clock.now())}`
            : message.related.uri,
          related_type: message.related.type,
        }),
  }
}
