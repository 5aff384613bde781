import type { Message } from './stores.ts'

/** What a message of ours says. */
export type Said = Pick<Message, 'type' | 'status' | 'name' | 'description' | 'related'> &
  Partial<Pick<Message, 'previousId'>>

/**
 * A message of ours: the changelog of clients and credentials (CDS-WG1-02 §5.3, §7.3), what became of grants and of what was asked. It is kept in the
 * transaction that does what it tells of.
 */
export function newMessage(
  { created, ...ids }: Pick<Message, 'messageId' | 'registrationId' | 'created'>,
  said: Said,
): Message {
  return {
    ...ids,
    previousId: null,
    read: false,
    creator: null,
    attachments: null,
    attachmentCount: 0,
    created,
    modified: created,
    ...said,
  }
}
