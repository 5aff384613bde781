import { createHmac, createSecretKey, randomBytes } from 'node:crypto'

/** A text that is an id of one kind, so that two kinds cannot be mixed up. */
export type Branded<Kind extends string> = string & { readonly __kind: Kind }

export type ClientId = Branded<'client'>
export type RegistrationId = Branded<'registration'>
export type CredentialId = Branded<'credential'>
export type GrantId = Branded<'grant'>
export type MessageId = Branded<'message'>
/** Our id of one customer's authorization at one utility, i.e. one ESPI Authorization that we hold tokens for. */
export type UtilityAuthorizationId = Branded<'utilityAuthorization'>

const PREFIX = {
  client: 'c_',
  registration: 'r_',
  credential: 'cr_',
  grant: 'g_',
  message: 'm_',
  utilityAuthorization: 'ua_',
} as const

/** A new random id (128 bits) of the given kind, e.g. `g_3f…`. Only letters, digits, `_`. */
export function newId<Kind extends keyof typeof PREFIX>(kind: Kind): Branded<Kind> {
  return `${PREFIX[kind]}${randomBytes(16).toString('hex')}` as Branded<Kind>
}

/** The id of a new run of sync: of its authorization, and unlike any other. BullMQ takes no `:` in it. */
export function newRunId(id: UtilityAuthorizationId): string {
  return `${id}.${randomBytes(6).toString('hex')}`
}

/** A random secret of 256 bits from `[A-Za-z0-9_-]`: tokens, codes, client secrets, form links. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** What a customer-data object is: part of its identity. */
export type ObjectKind =
  | 'account'
  | 'service_contract'
  | 'service_point'
  | 'meter_device'
  | 'bill_statement'
  | 'bill_section'
  | 'usage_segment'
  | 'value_format'
  | 'account_contact'
  | 'entity'
  | 'premise'
  | 'program'
  | 'usage_point'
  | 'service_location'

/** A natural key becomes the id on the wire: same key, same id. */
export type Identify = (kind: ObjectKind, ...naturalKey: string[]) => string

/**
 * Ids that are stable across re-syncs and reveal nothing: HMAC-SHA-256 of the natural key under a secret of this
 * installation, 128 bits of it. Running a sync twice gives the same ids, so an upsert can never double an object.
 */
export function keyedIds(secret: Uint8Array, utilityId: string): Identify {
  const key = createSecretKey(secret)
  return (kind, ...naturalKey) =>
    createHmac('sha256', key)
      .update(JSON.stringify([utilityId, kind, ...naturalKey]))
      .digest('hex')
      .slice(0, 32)
}
