import { type Insertable, type Selectable, sql } from 'kysely'
import type { Message, MessageStore } from '../oauth/stores.ts'
import type { Database } from './database.ts'
import { beyond, orderBy, sortKeys, toPage } from './keyset.ts'
import { newestFirst } from './newest-first.ts'
import type { MessageRow } from './tables/oauth.ts'

const SORT = newestFirst('messages', 'message_id')

/** CDS-WG1-02 §6.8 #messages-list: what each of the three lists holds. */
const LISTS = {
  outstanding: sql<boolean>`status in ('open', 'pending')`,
  unread: sql<boolean>`not "read"`,
  read: sql<boolean>`"read"`,
} as const

/** Messages in PostgreSQL. */
export function messageStore(database: Database): MessageStore {
  return {
    async create(message) {
      await database.insertInto('messages').values(toMessageRow(message)).execute()
    },

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
      const rows = await database
        .selectFrom('messages')
        .selectAll()
        .select(sortKeys(SORT).as('sort_keys'))
        .where('registration_id', '=', registrationId)
        .where(LISTS[which])
        .$if(messageIds !== undefined, (query) => query.where(sql<boolean>`message_id = any(${messageIds})`))
        .where(beyond(SORT, page.cursor))
        .orderBy(orderBy(SORT, page.cursor))
        .limit(page.limit + 1)
        .execute()
      const { items, ...neighbours } = toPage(rows, page)
      return { ...neighbours, items: items.map(toMessage) }
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
    created: message.created,
    modified: message.modified,
  }
}

function toMessage(row: Selectable<MessageRow>): Message {
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
    created: row.created,
    modified: row.modified,
  }
}
