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

  it('lists messages without their attachments, and says how many there are (§6.1)', async () => {
    const other = await register(app)
    const attachments = [{ filename: 'a.txt', mime_type: 'text/plain', data: 'aGVsbG8=' }]
    const send = { method: 'POST', token: other.token, body: { ...hello, attachments } }
    const made = await call(uri(), send)
    expect(made.body).toMatchObject({ attachments, attachment_count: 1 })
    const listed = messageListing.parse((await call(uri(), { token: other.token })).body)
    for (const all of [listed.outstanding, listed.read]) {
      const one = all.find(({ message_id }) => message_id === made.body.message_id)
      expect(one).toMatchObject({ attachment_count: 1 })
      expect(one).not.toHaveProperty('attachments')
    }
    expect((await call(String(made.body.uri), { token: other.token })).body.attachments).toEqual(attachments)
  })

  it('lists a hundred messages with large attachments without reading those', async () => {
    const other = await register(app)
    const made = await call(uri(), { method: 'POST', token: other.token, body: hello })
    await app.pool.query(
      `insert into messages (message_id, registration_id, type, read, creator, status, name, description, attachments,
         attachment_count, attachment_bytes, created, modified)
       select 'm_big' || n, registration_id, type, true, creator, status, name, description,
         '[{"filename":"a","mime_type":"a/b","data":"' || repeat(md5(n::text), 62500) || '"}]', 1, 2000000, created, modified
       from messages, generate_series(1, 100) n where message_id = $1`,
      [made.body.message_id],
    )
    const before = process.memoryUsage().rss
    const begun = performance.now()
    const answer = await call(uri(), { token: other.token })
    const ms = performance.now() - begun
    expect((answer.body.read as unknown[]).length).toBe(100)
    expect(answer.text.length).toBeLessThan(200_000)
    expect(ms).toBeLessThan(1000)
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6)
  })

  it('ends a page of long messages early, and leads on to the rest', async () => {
    const other = await register(app)
    const long = { ...hello, description: 'x'.repeat(100_000) }
    for (let index = 0; index < 25; index++) {
      app.clock.advance(1)
      await call(uri(), { method: 'POST', token: other.token, body: { ...long, name: `n${index}` } })
    }
    const names: string[] = []
    const counts: number[] = []
    for (let next: string | null = `${uri()}?list=read`; next !== null; ) {
      const page = messageListing.parse((await call(next, { token: other.token })).body)
      names.push(...page.read.map(({ name }) => name))
      counts.push(page.read.length)
      next = page.read_next
    }
    expect(counts).toEqual([10, 10, 5])
    expect(names).toEqual(Array.from({ length: 25 }, (_, index) => `n${24 - index}`))
  })

  it('takes so many messages and bytes of one registration, several at once included', async () => {
    const few = await startOauthApp('messages_bound', {
      messagesPerRegistration: 4,
      attachmentBytesPerRegistration: 1000,
    })
    const { token } = await register(few)
    const send = (body: unknown) => call(`${few.url}/cds/v1/messages`, { method: 'POST', token, body })
    const attachments = [{ filename: 'a', mime_type: 'a/b', data: 'A'.repeat(600) }]
    const both = await Promise.all([send({ ...hello, attachments }), send({ ...hello, attachments })])
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409])
    expect(both.find(({ status }) => status === 409)?.body.error_description).toMatch(
      /^attachments: .*1000 bytes/,
    )
    const more = await Promise.all([1, 2, 3, 4].map(() => send(hello)))
    expect(more.map(({ status }) => status).sort()).toEqual([201, 201, 201, 409])
    expect((await send(hello)).body.error_description).toMatch(/has written 4 messages/)
  })

  it('shows nothing of another registration', async () => {
    const other = await register(app)
    const [mine] = (await list()).unread
    expect((await call(String(mine?.uri), { token: other.token })).status).toBe(404)
  })
})
