import { beforeAll, describe, expect, it } from 'vitest'
import { message, messageListing } from '../../../src/cds/wire/message.ts'
import { call, type OauthApp, type Registered, register, startOauthApp } from '../../support/oauth-app.ts'

let app: OauthApp
let registered: Registered
beforeAll(async () => {
  app = await startOauthApp('messages')
  registered = await register(app)
})

const uri = () => `${app.url}/cds/v1/messages`
const list = async (query = '') =>
  messageListing.parse((await call(`${uri()}${query}`, { token: registered.token })).body)
const create = (body: unknown) => call(uri(), { method: 'POST', token: registered.token, body })
const hello = { type: 'support_request', previous_uri: null, name: 'Hello', description: 'It does not work.' }

describe('Messages API, CDS-WG1-02 §6', () => {
  it('splits into outstanding, unread and read (§6.8)', async () => {
    const { outstanding, unread, read } = await list()
    expect(outstanding.map(({ type }) => type)).toEqual(['online_form_request'])
    expect(unread).toEqual(outstanding)
    expect(read).toEqual([])
    expect((await list('?message_ids=m_unknown')).unread).toEqual([])
    const alone = await list('?list=unread')
    expect([alone.outstanding, alone.unread.length, alone.read]).toEqual([[], 1, []])
  })

  it('is marked as read and unread again; other fields are ignored (§6.11)', async () => {
    const [first] = (await list()).unread
    const patch = (body: unknown) =>
      call(String(first?.uri), { method: 'PATCH', token: registered.token, body })
    const answer = await patch({ read: true, status: 'complete', name: 'x' })
    expect(answer.body).toMatchObject({ read: true, status: 'open', name: first?.name })
    expect((await list()).read).toHaveLength(1)
    expect((await patch({ read: 'yes' })).status).toBe(400)
    expect((await patch({ read: false })).body.read).toBe(false)
  })

  it('takes a support request as pending and a private message as complete, both read (§6.9)', async () => {
    const answer = await create({ ...hello, related_uri: `${app.url}/cds/v1/clients` })
    expect(answer.status).toBe(201)
    const made = message.parse(answer.body)
    expect(made).toMatchObject({
      status: 'pending',
      read: true,
      creator: registered.admin.clientId,
      related_type: 'support',
    })
    expect(made.created).toBe(made.modified)
    const reply = await create({ ...hello, type: 'private_message', previous_uri: made.uri })
    expect(reply.body).toMatchObject({ status: 'complete', previous_uri: made.uri })
    expect((await call(made.uri, { token: registered.token })).body).toEqual(answer.body)
  })

  it('keeps attachments as they came (§6.7)', async () => {
    const attachments = [{ filename: 'a.txt', mime_type: 'text/plain', data: 'aGVsbG8=' }]
    const answer = await create({ ...hello, attachments })
    expect(answer.body.attachments).toEqual(attachments)
    expect((await create({ ...hello, attachments: [{ ...attachments[0], data: '%%%' }] })).status).toBe(400)
  })

  it.each([
    ['a type that is not offered yet', { type: 'grant_request' }],
    ['a previous message that is not ours', { previous_uri: 'https://evil.test/m' }],
    ['no subject', { name: undefined }],
  ])('refuses %s with 400 (§6.9)', async (_what, change) => {
    expect((await create({ ...hello, ...change })).status).toBe(400)
  })

  it('takes 10 MB of attachments, and refuses more than the limit with 413 (§6.9)', async () => {
    const send = (bytes: number) =>
      create({
        ...hello,
        attachments: [
          { filename: 'a', mime_type: 'application/pdf', data: Buffer.alloc(bytes).toString('base64') },
        ],
      })
    expect((await send(10_000_000)).status).toBe(201)
    expect((await send(12_000_000)).status).toBe(413)
  })

  it('shows nothing of another registration', async () => {
    const other = await register(app)
    const [mine] = (await list()).unread
    expect((await call(String(mine?.uri), { token: other.token })).status).toBe(404)
  })
})
