import type { Clock } from '../shared/clock.ts'
import type { MessageId, RegistrationId } from '../shared/ids.ts'
import type { Message, MessageStore } from './stores.ts'

export interface NotifyDeps {
  messages: Pick<MessageStore, 'create'>
  newId(kind: 'message'): MessageId
  clock: Clock
}

/** A message of ours: the changelog of clients and credentials (CDS-WG1-02 §5.3, §7.3), and answers to what was asked. */
export async function notify(
  registrationId: RegistrationId,
  said: Said,
  { messages, newId, clock }: NotifyDeps,
): Promise<void> {
  await messages.create(
    newMessage({ messageId: newId('message'), registrationId, created: clock.now() }, said),
  )
}

/** What a message of ours says. */
export type Said = Pick<Message, 'type' | 'status' | 'name' | 'description' | 'related'> &
  Partial<Pick<Message, 'previousId'>>

/** A message of ours, to be kept with what it tells of. */
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
