import type { grantStatuses } from '../cds/wire/grant.ts'
import type { messageStatuses, messageTypes } from '../cds/wire/message.ts'
import type {
  ClientId,
  CredentialId,
  GrantId,
  MessageId,
  RegistrationId,
  UtilityAuthorizationId,
} from '../shared/ids.ts'
import type { Page, PageRequest } from '../shared/page.ts'

/** The value of one authorization details field (CDS-WG1-02 §3.9 #auth-details-field-formats); none of ours is a number. */
export type DetailValue = string | boolean | null | readonly string[]

/** One entry of `authorization_details` (RFC 9396 §2); `type` is the id of a scope (CDS-WG1-02 §3.4 #scope-descriptions-format). */
export interface AuthorizationDetail {
  readonly type: string
  readonly [field: string]: DetailValue
}

/** CDS-WG1-02 §5.2 #client-statuses */
export type ClientStatus = 'production' | 'sandbox' | 'disabled'

/** Which utilities a client may reach: test utilities or real ones. */
export type Environment = 'sandbox' | 'production'

/** A Client Object (CDS-WG1-02 §5.1 #client-format). All clients made by one registration share its id. */
export interface Client {
  clientId: ClientId
  registrationId: RegistrationId
  /** Ids of scopes, separated by blanks. */
  scope: string
  clientName: string
  redirectUris: readonly string[]
  responseTypes: readonly string[]
  grantTypes: readonly string[]
  tokenEndpointAuthMethod: string | null
  authorizationDetailsTypes: readonly string[]
  contacts: readonly string[]
  clientUri: string | null
  logoUri: string | null
  tosUri: string | null
  policyUri: string | null
  status: ClientStatus
  statusOptions: readonly ClientStatus[]
  /** Present when authorization requests are possible. */
  defaultScope: string | null
  defaultRedirectUri: string | null
  defaultAuthorizationDetails: readonly AuthorizationDetail[] | null
  /** When it was last switched to `disabled`. */
  disabledAt: Date | null
  created: Date
  modified: Date
}

export type ClientChange = Partial<Omit<Client, 'clientId' | 'registrationId' | 'created' | 'modified'>>

/** A Credential (CDS-WG1-02 §7.1 #credentials-format), its secret in the clear only in memory. */
export interface Credential {
  credentialId: CredentialId
  clientId: ClientId
  clientSecret: string
  /** Null: never. */
  expiresAt: Date | null
  created: Date
  modified: Date
}

/** CDS-WG1-02 §8.2 #grant-statuses */
export type GrantStatus = (typeof grantStatuses)[number]

/** The service contracts the customer chose (CDS-WG3-01 §9.2.3.2), or all of them (direct access, §6.2). */
export type Selection = 'all' | { serviceContractIds: readonly string[]; includeFuture: boolean }

/** A Grant (CDS-WG1-02 §8.1 #grant-format) with what only we know of it. */
export interface Grant {
  grantId: GrantId
  clientId: ClientId
  scope: string
  /** Defaults filled in, durations absolute (CDS-WG3-01 §7, §7.3). */
  authorizationDetails: readonly AuthorizationDetail[]
  status: GrantStatus
  eta: Date | null
  notBefore: Date | null
  notAfter: Date | null
  expires: Date | null
  enabledScope: string
  enabledAuthorizationDetails: readonly AuthorizationDetail[]
  receiptConfirmations: readonly string[]
  /** The `state` of each authorization request that made or changed it (draft of CDS-WG1-02). */
  states: readonly string[]
  replacing: readonly GrantId[]
  replacedBy: readonly GrantId[]
  parent: GrantId | null
  children: readonly GrantId[]
  created: Date
  modified: Date
  /** Inner: through which authorizations at utilities its data comes. */
  utilityAuthorizationIds: readonly UtilityAuthorizationId[]
  /** Inner: what of that the customer shares. */
  selection: Selection
}

export type GrantChange = Partial<Omit<Grant, 'grantId' | 'clientId' | 'created' | 'modified'>>

/** CDS-WG1-02 §6.2 #message-types */
export type MessageType = (typeof messageTypes)[number]

/** CDS-WG1-02 §6.3 #message-statuses */
export type MessageStatus = (typeof messageStatuses)[number]

/** A Message (CDS-WG1-02 §6.1 #message-format) between us and all the clients of one registration. */
export interface Message {
  messageId: MessageId
  registrationId: RegistrationId
  type: MessageType
  /** The message it answers. */
  previousId: MessageId | null
  read: boolean
  /** Null: we wrote it. */
  creator: ClientId | null
  status: MessageStatus
  name: string
  description: string
  /** What it is about: an absolute URL, or `/self-access/<message id>`, which becomes a link when it is shown. */
  related: { uri: string; type: string } | null
  /** JSON text of the attachments as they came, or null: there are none, or they were not read. */
  attachments: string | null
  attachmentCount: number
  created: Date
  modified: Date
}

/** What a token opens: the admin APIs of a registration, or the customer data of grants. */
export type AccessKind = 'client_admin' | 'customer_data'

/** A bearer token of ours. Only its hash is stored. */
export interface AccessToken {
  hash: Buffer
  clientId: ClientId
  /** The credential it was asked with, so that a compromised credential takes its tokens along (CDS-WG1-02 §7.6 #credentials-modify). */
  credentialId: CredentialId
  kind: AccessKind
  scope: string
  authorizationDetails: readonly AuthorizationDetail[]
  grantIds: readonly GrantId[]
  /** All tokens that descend from one authorization code share it; null for client credentials. */
  familyId: string | null
  issuedAt: Date
  expiresAt: Date
}

/** An access token with everything that decides what it opens, as it all stood at one moment. */
export interface HeldAccess extends Pick<AccessToken, 'kind' | 'scope' | 'expiresAt'> {
  client: Pick<Client, 'clientId' | 'registrationId' | 'status' | 'scope'>
  /** Those of its grants that may give access at some time: closed ones are gone already. */
  grants: readonly Grant[]
  /** While the client's version is this, all of it is as it was. */
  version: bigint
  /** About how much memory it takes. */
  bytes: number
}

/** A refresh token. `usedAt` is set where tokens rotate, when the next of its family has replaced it (RFC 9700 §4.14.2). */
export interface RefreshToken {
  hash: Buffer
  clientId: ClientId
  credentialId: CredentialId
  grantIds: readonly GrantId[]
  familyId: string
  issuedAt: Date
  expiresAt: Date | null
  usedAt: Date | null
}

/** An authorization code (RFC 6749 §4.1.2), used once. */
export interface AuthorizationCode {
  hash: Buffer
  clientId: ClientId
  grantIds: readonly GrantId[]
  /** As in the authorization request; null when that named none (RFC 6749 §4.1.3). */
  redirectUri: string | null
  /** RFC 7636 `S256`. */
  codeChallenge: string | null
  familyId: string
  expiresAt: Date
  usedAt: Date | null
}

/** An authorization request on its way through sign-in and form (CDS-WG3-01 §9.1.1). */
export interface AuthorizationRequest {
  requestId: string
  clientId: ClientId
  redirectUri: string
  redirectUriGiven: boolean
  state: string | null
  scope: string
  /** Checked, defaults filled in, durations as asked: they become absolute when the customer approves. */
  authorizationDetails: readonly AuthorizationDetail[]
  codeChallenge: string | null
  /** Hash of the cookie of the browser that began it: nobody else may go on with it. */
  browserHash: Buffer
  utilityId: string | null
  utilityAuthorizationId: UtilityAuthorizationId | null
  /** Set once, by the customer's decision. */
  outcome: 'approved' | 'declined' | null
  created: Date
  expiresAt: Date
}

/** One way to a utility and back, for an authorization request. A request may have several: tabs, repeats, another utility. */
export interface SignIn {
  /** Hash of the `state` we sent to the utility. */
  stateHash: Buffer
  requestId: string
  utilityId: string
  created: Date
}

/** The receipt of an authorization (CDS-WG3-01 §9.4 #auth-receipt), found by the hash of its random link. */
export interface Receipt {
  hash: Buffer
  /** One for each request section of the form. */
  grantIds: readonly GrantId[]
  confirmation: string
  /** As they were on the form. */
  clientName: string
  clientUri: string | null
  utilityName: string
  created: Date
}

/** Everything a registration makes, kept or refused together. */
export interface NewRegistration {
  registrationId: RegistrationId
  clients: readonly Client[]
  credentials: readonly Credential[]
  messages: readonly Message[]
  selfAccessLinks: readonly SelfAccessLink[]
}

/** The message whose link leads the owner of a query client to sign in at the utility (CDS-WG1-02 §3.6 `sso_verification`). */
export interface SelfAccessLink {
  messageId: MessageId
  clientId: ClientId
}

/** A sign-in at a utility on behalf of a query client, with everything that it makes so. */
export interface NewLink {
  clientId: ClientId
  utilityAuthorizationId: UtilityAuthorizationId
  linked: Date
  /** The message that asked for it becomes `complete`. */
  completes: MessageId
  messages: readonly Message[]
}

export interface ClientStore {
  keepRegistration(registration: NewRegistration): Promise<void>
  find(clientId: string): Promise<Client | undefined>
  /** By `cds_modified`, newest first (CDS-WG1-02 §5.3 #clients-list). */
  list(
    registrationId: RegistrationId,
    filter: { clientIds?: readonly string[] | undefined },
    page: PageRequest,
  ): Promise<Page<Client>>
  /** Disabling it, or taking a scope from it, ends every token that reaches the data concerned, whoever holds it (CDS-WG1-02 §5.2). */
  update(
    clientId: ClientId,
    change: ClientChange,
    told: { modified: Date; message: Message },
  ): Promise<Client>
  findSelfAccessLink(messageId: string): Promise<SelfAccessLink | undefined>
  /**
   * Links an authorization at a utility to a query client, and to its open grants: they are of all the client's data. A run is
   * wanted with it, and its messages are kept. The grants that changed come back.
   */
  linkUtilityAuthorization(link: NewLink): Promise<GrantId[]>
  listUtilityAuthorizations(clientId: ClientId): Promise<UtilityAuthorizationId[]>
}

export interface CredentialStore {
  /** False when the client has `mostLive` unexpired ones already. */
  create(credential: Credential, mostLive: number, message: Message): Promise<boolean>
  find(registrationId: RegistrationId, credentialId: string): Promise<Credential | undefined>
  /** The unexpired ones of one client, for the token endpoint. */
  listLive(clientId: ClientId, now: Date): Promise<Credential[]>
  /** By `modified`, newest first (CDS-WG1-02 §7.3 #credentials-list). */
  list(
    registrationId: RegistrationId,
    filter: {
      credentialIds?: readonly string[] | undefined
      clientIds?: readonly string[] | undefined
      after?: Date | undefined
      before?: Date | undefined
    },
    page: PageRequest,
  ): Promise<Page<Credential>>
  /** Expired by then, it takes along what was issued with it (CDS-WG1-02 §7.6 #credentials-modify). */
  setExpiry(
    credentialId: CredentialId,
    expiresAt: Date | null,
    told: { modified: Date; message: Message },
  ): Promise<Credential>
}

/** CDS-WG1-02 §8.4 #grants-list */
export interface GrantFilter {
  grantIds?: readonly string[] | undefined
  parents?: readonly string[] | undefined
  statuses?: readonly string[] | undefined
  clientIds?: readonly string[] | undefined
  scopes?: readonly string[] | undefined
  receiptConfirmations?: readonly string[] | undefined
  states?: readonly string[] | undefined
  after?: Date | undefined
  before?: Date | undefined
}

export interface GrantStore {
  /**
   * Keeps a new grant, or gives back the open one of the client that was made for the same key: asking twice for the same does not
   * make two grants. Undefined when the client has `mostOpen` others already.
   */
  create(grant: Grant, asked: { requestKey: Buffer; mostOpen: number }): Promise<Grant | undefined>
  find(grantId: string): Promise<Grant | undefined>
  /** The open grant that the same request made before. */
  findByRequest(clientId: ClientId, requestKey: Buffer): Promise<Grant | undefined>
  /** By `modified`, newest first. A page may end before its limit. */
  list(registrationId: RegistrationId, filter: GrantFilter, page: PageRequest): Promise<Page<Grant>>
  /** The grants in one of these statuses that live on any of these authorizations, oldest first. */
  listByUtilityAuthorizations(
    ids: readonly UtilityAuthorizationId[],
    statuses: readonly GrantStatus[],
  ): Promise<Grant[]>
  update(grantId: GrantId, change: GrantChange, modified: Date): Promise<Grant>
  /** Ends a grant: status, nothing enabled, its tokens and codes gone, in one transaction. */
  close(grantId: GrantId, status: 'closed' | 'revoked' | 'expired', at: Date): Promise<Grant>
}

/** What one registration may keep of its own messages; bytes are those of the attachments' JSON. */
export interface MessageBounds {
  messages: number
  attachmentBytes: number
}

export interface MessageStore {
  /** A message of ours. */
  /** A message of a client, within the bounds of its registration; else the bound that it would break. */
  submit(message: Message, bounds: MessageBounds): Promise<'kept' | keyof MessageBounds>
  find(registrationId: RegistrationId, messageId: string): Promise<Message | undefined>
  /** By `modified`, newest first (CDS-WG1-02 §6.8 #messages-list). Without attachments; a page may end before its limit. */
  list(
    registrationId: RegistrationId,
    which: 'outstanding' | 'unread' | 'read',
    filter: { messageIds?: readonly string[] | undefined },
    page: PageRequest,
  ): Promise<Page<Message>>
  update(
    messageId: MessageId,
    change: { read?: boolean; status?: MessageStatus },
    modified: Date,
  ): Promise<Message>
}

/** Whether tokens were kept; `refused` when what they hang on has ended meanwhile. */
export type Issued = 'issued' | 'refused'

/**
 * Whatever keeps a token first looks, under locks, whether its client, credential and grants still allow it: who disables a client or
 * expires a credential at the same moment ends that token too.
 */
export interface TokenStore {
  /** An access token without a family. */
  keep(access: AccessToken): Promise<Issued>
  findAccess(hash: Buffer): Promise<AccessToken | undefined>
  /** The same with its client and grants, in one statement. */
  findHeld(hash: Buffer): Promise<HeldAccess | undefined>
  findRefresh(hash: Buffer): Promise<RefreshToken | undefined>
  findCode(hash: Buffer): Promise<AuthorizationCode | undefined>
  /** A code becomes its tokens, once: a second use, however parallel, ends the family (RFC 6749 §4.1.2). */
  redeemCode(hash: Buffer, made: { access: AccessToken; refresh: RefreshToken }): Promise<Issued>
  /**
   * A refresh token gets another access token. With `next` it is replaced by that, and its second use ends the family (RFC 9700
   * §4.14.2); without, it stays as it is.
   */
  refresh(hash: Buffer, made: { access: AccessToken; next?: RefreshToken | undefined }): Promise<Issued>
  revokeAccess(hash: Buffer): Promise<void>
  /** Nothing of the family works any more, nor ever will. */
  endFamily(familyId: string, at: Date): Promise<void>
}

export interface AuthorizationRequestStore {
  /** False when the client has `mostOpen` unexpired requests already, pushed ones included. */
  create(request: AuthorizationRequest, mostOpen: number): Promise<boolean>
  find(requestId: string): Promise<AuthorizationRequest | undefined>
  keepSignIn(signIn: SignIn): Promise<void>
  findSignIn(stateHash: Buffer): Promise<SignIn | undefined>
  /** A `state` works once: true for the first who comes with it. */
  useSignIn(stateHash: Buffer, at: Date): Promise<boolean>
  /** A sign-in that was used is over, with or without success. */
  endSignIn(stateHash: Buffer, at: Date): Promise<void>
  /** Whether a sign-in of this request was used after this moment and is not over. */
  isSigningIn(requestId: string, since: Date): Promise<boolean>
  /** The customer has signed in. False: another sign-in was quicker, or the customer has decided, and nothing changed. */
  signedIn(
    requestId: string,
    session: Pick<AuthorizationRequest, 'utilityId' | 'utilityAuthorizationId' | 'expiresAt'>,
  ): Promise<boolean>
  /** The customer wants to sign in as somebody else. The authorization of who signed in before comes back. */
  forgetSignIn(requestId: string): Promise<UtilityAuthorizationId | undefined>
  /**
   * The customer's decision, once: false when one was made before, or when somebody else is signed in by now. Everything it makes is
   * kept with it.
   */
  approve(
    requestId: string,
    made: { grants: readonly Grant[]; code: AuthorizationCode; receipt: Receipt },
  ): Promise<boolean>
  /** The same for a no. The authorization of who had signed in comes back. */
  decline(requestId: string): Promise<UtilityAuthorizationId | undefined>
  findReceipt(hash: Buffer): Promise<Receipt | undefined>
  /** RFC 9126: parameters pushed ahead, taken out once. False as with `create`. */
  keepPushed(
    pushed: {
      hash: Buffer
      clientId: ClientId
      parameters: Readonly<Record<string, string>>
      created: Date
      expiresAt: Date
    },
    mostOpen: number,
  ): Promise<boolean>
  takePushed(
    hash: Buffer,
  ): Promise<
    { clientId: ClientId; parameters: Readonly<Record<string, string>>; expiresAt: Date } | undefined
  >
}
