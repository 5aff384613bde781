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
  said: Pick<Message, 'type' | 'status' | 'name' | 'description' | 'related'> &
    Partial<Pick<Message, 'previousId'>>,
  { messages, newId, clock }: NotifyDeps,
): Promise<void> {
  const created = clock.now()
  await messages.create({
    messageId: newId('message'),
    registrationId,
    previousId: null,
    read: false,
    creator: null,
    attachments: null,
    attachmentCount: 0,
    created,
    modified: created,
    ...said,
  })
}
