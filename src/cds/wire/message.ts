import { z } from 'zod'
import { datetime, url } from './primitives.ts'

/** CDS-WG1-02 §6.2 #message-types, in the specification's order. */
export const messageTypes = [
  'notification',
  'private_message',
  'production_request',
  'support_request',
  'grant_request',
  'field_changes',
  'server_request',
  'client_submission',
  'payment_request',
  'online_form_request',
  'pdf_form_request',
  'request_update',
] as const

/** CDS-WG1-02 §6.3 #message-statuses */
export const messageStatuses = ['complete', 'open', 'pending', 'rejected', 'errored'] as const

/** CDS-WG1-02 §6.7 #message-attachment-format */
export const messageAttachment = z.object({
  filename: z.string().min(1).max(255),
  mime_type: z.string().regex(/^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/),
  data: z.base64(),
})

/** CDS-WG1-02 §6.1 #message-format */
export const message = z.object({
  message_id: z.string(),
  uri: url,
  previous_uri: url.nullable(),
  type: z.enum(messageTypes),
  read: z.boolean(),
  creator: z.string().nullable(),
  created: datetime,
  modified: datetime,
  status: z.enum(messageStatuses),
  name: z.string(),
  description: z.string(),
  attachments: z.array(messageAttachment).optional(),
  /** An extension (§10 #extensions): how many attachments the message at `uri` has. Listings leave `attachments` out. */
  attachment_count: z.int().optional(),
  related_uri: url.optional(),
  related_type: z.string().optional(),
})
export type MessageObject = z.infer<typeof message>

const link = url.nullable()

/** CDS-WG1-02 §6.8 #messages-list */
export const messageListing = z.strictObject({
  outstanding: z.array(message),
  outstanding_next: link,
  outstanding_previous: link,
  unread: z.array(message),
  unread_next: link,
  unread_previous: link,
  read: z.array(message),
  read_next: link,
  read_previous: link,
})
export type MessageListing = z.infer<typeof messageListing>
