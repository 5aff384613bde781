import type { ColumnType } from 'kysely'
import type { AccessKind, ClientStatus, GrantStatus, MessageStatus, MessageType } from '../../oauth/stores.ts'
import type {
  ClientId,
  CredentialId,
  GrantId,
  MessageId,
  RegistrationId,
  UtilityAuthorizationId,
} from '../../shared/ids.ts'

/** A JSON column: written as text, read back as text. */
type JsonText = string
type Moment = ColumnType<Date, Date, Date>
type MomentOrNone = ColumnType<Date | null, Date | null, Date | null>

export interface ClientRow {
  client_id: ClientId
  registration_id: RegistrationId
  scope: string
  client_name: string
  redirect_uris: string[]
  response_types: string[]
  grant_types: string[]
  token_endpoint_auth_method: string | null
  authorization_details_types: string[]
  contacts: string[]
  client_uri: string | null
  logo_uri: string | null
  tos_uri: string | null
  policy_uri: string | null
  status: ClientStatus
  status_options: ClientStatus[]
  default_scope: string | null
  default_redirect_uri: string | null
  default_authorization_details: JsonText | null
  disabled_at: MomentOrNone
  /** When one of its tokens was last issued, to the day; null: never. */
  used_at: ColumnType<Date | null, never, Date>
  created: Moment
  modified: Moment
}

/** The secret is sealed: the Credentials API shows it again. */
export interface CredentialRow {
  credential_id: CredentialId
  client_id: ClientId
  client_secret_sealed: Buffer
  expires_at: MomentOrNone
  created: Moment
  modified: Moment
}

export interface GrantRow {
  grant_id: GrantId
  client_id: ClientId
  scope: string
  authorization_details: JsonText
  status: GrantStatus
  eta: MomentOrNone
  not_before: MomentOrNone
  not_after: MomentOrNone
  expires: MomentOrNone
  enabled_scope: string
  enabled_authorization_details: JsonText
  receipt_confirmations: string[]
  states: string[]
  replacing: GrantId[]
  replaced_by: GrantId[]
  parent: GrantId | null
  children: GrantId[]
  utility_authorization_ids: UtilityAuthorizationId[]
  selection: JsonText
  request_key: Buffer | null
  created: Moment
  modified: Moment
}

/** The way from an authorization to its grants; kept by the database as `grants.utility_authorization_ids` says. */
export interface GrantAuthorizationRow {
  grant_id: GrantId
  utility_authorization_id: UtilityAuthorizationId
}

export interface MessageRow {
  message_id: MessageId
  registration_id: RegistrationId
  type: MessageType
  previous_id: MessageId | null
  read: boolean
  creator: ClientId | null
  status: MessageStatus
  name: string
  description: string
  related_uri: string | null
  related_type: string | null
  attachments: string | null
  attachment_count: number
  attachment_bytes: number
  created: Moment
  modified: Moment
}

export interface SelfAccessLinkRow {
  message_id: MessageId
  client_id: ClientId
}

export interface ClientUtilityAuthorizationRow {
  client_id: ClientId
  utility_authorization_id: UtilityAuthorizationId
  linked: Moment
}

/** A code and all that descends from it. Whoever issues or ends one of its tokens locks this row first. */
export interface TokenFamilyRow {
  family_id: string
  client_id: ClientId
  created: Moment
  ended_at: MomentOrNone
}

/** Tokens and codes are never stored, only their hashes. */
export interface AccessTokenRow {
  hash: Buffer
  client_id: ClientId
  credential_id: CredentialId
  kind: AccessKind
  scope: string
  authorization_details: JsonText
  grant_ids: GrantId[]
  family_id: string | null
  issued_at: Moment
  expires_at: Moment
}

export interface RefreshTokenRow {
  hash: Buffer
  client_id: ClientId
  credential_id: CredentialId
  grant_ids: GrantId[]
  family_id: string
  issued_at: Moment
  expires_at: MomentOrNone
  used_at: MomentOrNone
}

export interface AuthorizationCodeRow {
  hash: Buffer
  client_id: ClientId
  grant_ids: GrantId[]
  redirect_uri: string | null
  code_challenge: string | null
  family_id: string
  expires_at: Moment
  used_at: MomentOrNone
}

export interface AuthorizationRequestRow {
  request_id: string
  client_id: ClientId
  redirect_uri: string
  redirect_uri_given: boolean
  state: string | null
  scope: string
  authorization_details: JsonText
  code_challenge: string | null
  browser_hash: Buffer
  utility_id: string | null
  utility_authorization_id: UtilityAuthorizationId | null
  outcome: 'approved' | 'declined' | null
  created: Moment
  expires_at: Moment
}

export interface SignInRow {
  state_hash: Buffer
  request_id: string
  utility_id: string
  created: Moment
  used_at: MomentOrNone
  ended_at: MomentOrNone
}

export interface ReceiptRow {
  hash: Buffer
  grant_ids: GrantId[]
  confirmation: string
  client_name: string
  client_uri: string | null
  utility_name: string
  created: Moment
}

export interface PushedRequestRow {
  hash: Buffer
  client_id: ClientId
  parameters: JsonText
  expires_at: Moment
}

/** What the tokens of a client open is as it was while this stays the same. Triggers alone write it (migration 0009). */
export interface AccessVersionRow {
  client_id: ClientId
  version: ColumnType<bigint, never, never>
}

/** How often something happened; `key` is a keyed hash, `expire` epoch milliseconds. */
export interface RateLimitRow {
  key: string
  points: number
  expire: number | null
}

/** Clients, credentials, grants, messages, tokens, sign-ins, limits, versions of access: made by migrations 0001, 0005, 0006, 0008 and 0009. */
export interface OauthTables {
  clients: ClientRow
  credentials: CredentialRow
  grants: GrantRow
  grant_authorizations: GrantAuthorizationRow
  messages: MessageRow
  self_access_links: SelfAccessLinkRow
  client_utility_authorizations: ClientUtilityAuthorizationRow
  token_families: TokenFamilyRow
  access_tokens: AccessTokenRow
  refresh_tokens: RefreshTokenRow
  authorization_codes: AuthorizationCodeRow
  authorization_requests: AuthorizationRequestRow
  sign_ins: SignInRow
  receipts: ReceiptRow
  pushed_requests: PushedRequestRow
  rate_limits: RateLimitRow
  access_versions: AccessVersionRow
}
