import { type Insertable, type Selectable, sql, type Transaction } from 'kysely'
import type { Message, MessageStore } from '../oauth/stores.ts'
import type { RegistrationId } from '../shared/ids.ts'
import type { Database } from './database.ts'
import { beyond, orderBy, sortKeys } from './keyset.ts'
import { newestFirst } from './newest-first.ts'
import { inOrder, toBoundedPage } from './page-bytes.ts'
import type { Tables } from './schema.ts'
import type { MessageRow } from './tables/oauth.ts'

const SORT = newestFirst('messages', 'message_id')

/** CDS-WG1-02 §6.8 #messages-list: what each of the three lists holds. */
const LISTS = {
  outstanding: sql<boolean>`status in ('open', 'pending')`,
  unread: sql<boolean>`not "read"`,
  read: sql<boolean>`"read"`,
} as const

/** Every column but the attachments: a list never reads them. */
const HEAD = [
  'message_id',
  'registration_id',
  'type',
  'previous_id',
  'read',
  'creator',
  'status',
  'name',
  'description',
  'related_uri',
  'related_type',
  'attachment_count',
  'created',
  'modified',
] as const

/** About how long the JSON of a message is without its attachments. */
const BYTES = sql<number>`1000 + octet_length(name) + octet_length(description) + octet_length(coalesce(related_uri, ''))`

/** Messages in PostgreSQL. */
export function messageStore(database: Database): MessageStore {
  return {
    submit: (message, bounds) =>
      database.transaction().execute(async (transaction) => {
        const row = toMessageRow(message)
        const kept = await countOwn(transaction, message.registrationId)
        if (kept.messages >= bounds.messages) return 'messages'
        if (kept.bytes + (row.attachment_bytes ?? 0) > bounds.attachmentBytes) return 'attachmentBytes'
        await transaction.insertInto('messages').values(row).execute()
        return 'kept'
      }),

    async find(registrationId, messageId) {
      const row = await database
        .selectFrom('messages')
        .selectAll()
        .where('registration_id', '=', registrationId)
        .where(sql<boolean>`message_id = ${messageId}`)
        .executeTakeFirst()
      return row && toMessage(row)
    },

    async list(registrationId, which, { messageIds }, page) {
      const heads = await database
        .selectFrom('messages')
        .select(['message_id', sortKeys(SORT).as('sort_keys'), BYTES.as('bytes')])
        .where('registration_id', '=', registrationId)
        .where(LISTS[which])
        .$if(messageIds !== undefined, (query) => query.where(sql<boolean>`message_id = any(${messageIds})`))
        .where(beyond(SORT, page.cursor))
        .orderBy(orderBy(SORT, page.cursor))
        .limit(page.limit + 1)
        .execute()
      const { items, ...neighbours } = toBoundedPage(heads, page)
      const ids = items.map(({ message_id }) => message_id)
      const query = database.selectFrom('messages').select(HEAD)
      const rows = await query.where(sql<boolean>`message_id = any(${ids})`).execute()
      const messages = rows.map((row) => toMessage({ ...row, attachments: null }))
      return { ...neighbours, items: inOrder(ids, messages, ({ messageId }) => messageId) }
    },

    async update(messageId, change, modified) {
      const row = await database
        .updateTable('messages')
        .set({ ...change, modified })
        .where('message_id', '=', messageId)
        .returningAll()
        .executeTakeFirstOrThrow()
      return toMessage(row)
    },
  }
}

/** What the clients of a registration wrote, counted one after the other: the lock is the transaction's. */
async function countOwn(
  transaction: Transaction<Tables>,
  registrationId: RegistrationId,
): Promise<{ messages: number; bytes: number }> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${registrationId}, 0))`.execute(transaction)
  return transaction
    .selectFrom('messages')
    .select([
      sql<number>`count(*)::integer`.as('messages'),
      sql<number>`coalesce(sum(attachment_bytes), 0)::float8`.as('bytes'),
    ])
    .where('registration_id', '=', registrationId)
    .where('creator', 'is not', null)
    .executeTakeFirstOrThrow()
}

/** A message becomes its row. */
export function toMessageRow(message: Message): Insertable<MessageRow> {
  return {
    message_id: message.messageId,
    registration_id: message.registrationId,
    type: message.type,
    previous_id: message.previousId,
    read: message.read,
    creator: message.creator,
    status: message.status,
    name: message.name,
    description: message.description,
    related_uri: message.related?.uri ?? null,
    related_type: message.related?.type ?? null,
    attachments: message.attachments,
    attachment_count: message.attachmentCount,
    attachment_bytes: Buffer.byteLength(message.attachments ?? ''),
    created: message.created,
    modified: message.modified,
  }
}

function toMessage(row: Omit<Selectable<MessageRow>, 'attachment_bytes'>): Message {
  const related =
    row.related_uri !== null && row.related_type !== null
      ? { uri: row.related_uri, type: row.related_type }
      : null
  return {
    messageId: row.message_id,
    registrationId: row.registration_id,
    type: row.type,
    previousId: row.previous_id,
    read: row.read,
    creator: row.creator,
    status: row.status,
    name: row.name,
    description: row.description,
    related,
    attachments: row.attachments,
    attachmentCount: row.attachment_count,
    created: row.created,
    modified: row.modified,
  }
}
