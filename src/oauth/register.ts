import type { RequestHandler } from 'express'
import { z } from 'zod'
import type { ClientObject } from '../cds/wire/client.ts'
import type { Clock } from '../shared/clock.ts'
import { type Branded, type ClientId, type MessageId, newSecret, type RegistrationId } from '../shared/ids.ts'
import { clientMetadata, describeFaults } from './client-metadata.ts'
import { toClientObject } from './client-object.ts'
import { OAuthError } from './errors.ts'
import { newClient, type Registrant } from './new-client.ts'
import { clientAdmin } from './scopes/client-admin.ts'
import { scopeIds, scopes } from './scopes/index.ts'
import { selfAccessSignIn } from './scopes/registration-fields.ts'
import type { Scope, ScopeGroup } from './scopes/scope.ts'
import { SELF_ACCESS_PATH } from './self-access/links.ts'
import type { OauthSettings } from './settings.ts'
import type { Client, ClientStatus, ClientStore, Credential, Message, SelfAccessLink } from './stores.ts'
import { urlsOf } from './urls.ts'

/** Makes ids: `newId` of `shared/ids`, or a test's own. */
export type NewId = <Kind extends 'client' | 'registration' | 'credential' | 'grant' | 'message'>(
  kind: Kind,
) => Branded<Kind>

export interface RegisterDeps {
  clients: Pick<ClientStore, 'keepRegistration'>
  newId: NewId
  clock: Clock
  settings: OauthSettings
}

const body = clientMetadata.extend({ scope: z.string() })

/** Dynamic client registration, RFC 7591 §3 and CDS-WG1-02 §4 #client-registration-process. */
export function registrationEndpoint(deps: RegisterDeps): RequestHandler {
  return async (request, response) => {
    response.set('Cache-Control', 'no-store')
    const asked = body.safeParse(request.body)
    if (!asked.success) throw new OAuthError('invalid_client_metadata', describeFaults(asked.error))
    const created = await register(asked.data, deps)
    response.status(201).json(created)
  }
}

async function register(asked: z.output<typeof body>, deps: RegisterDeps): Promise<ClientObject> {
  const urls = urlsOf(deps.settings.publicUrl)
  const registrationId = deps.newId('registration')
  const made = { registrant: toRegistrant(asked, registrationId), created: deps.clock.now(), urls }
  const clients = groupScopes(asked.scope).flatMap(([group, members]) =>
    statusesOf(group, deps.settings).map((status) =>
      newClient(deps.newId('client'), members, { ...made, status }),
    ),
  )
  const credentials = clients.map((client) => newCredential(client, deps))
  const signIns = clients.filter(needsSignIn).map((client) => newSignIn(client, deps))
  await deps.clients.keepRegistration({
    registrationId,
    clients,
    credentials,
    messages: signIns.map(({ message }) => message),
    selfAccessLinks: signIns.map(({ link }) => link),
  })
  // CDS-WG1-02 §4.2 #registration-response: the admin client, with its secret.
  const [admin] = clients
  const [credential] = credentials
  if (!admin || !credential) throw new Error('a registration made no admin client')
  return { ...toClientObject(admin, urls), client_secret: credential.clientSecret }
}

function toRegistrant(asked: z.output<typeof body>, registrationId: RegistrationId): Registrant {
  return {
    registrationId,
    clientName: asked.client_name,
    contacts: asked.contacts ?? [],
    clientUri: asked.client_uri ?? null,
    logoUri: asked.logo_uri ?? null,
    tosUri: asked.tos_uri ?? null,
    policyUri: asked.policy_uri ?? null,
  }
}

/**
 * §4.1 #registration-request: the scopes must be ours, the admin scope among them. Each group becomes a client; a scope with a grant
 * admin scope brings that along (§4.2).
 */
function groupScopes(scope: string): [ScopeGroup, [Scope, ...Scope[]]][] {
  const asked = scopeIds(scope).map((id) => {
    const found = scopes.get(id)
    if (found) return found
    throw new OAuthError(
      'invalid_client_metadata',
      `there is no scope ${id.slice(0, 60)}: see scopes_supported`,
    )
  })
  if (!asked.includes(clientAdmin)) {
    throw new OAuthError('invalid_client_metadata', `scope must include ${clientAdmin.id}`)
  }
  const brought = asked.flatMap(({ grantAdminScope }) => scopes.get(grantAdminScope ?? '') ?? [])
  const all = new Set([clientAdmin, ...brought, ...asked])
  return [...Map.groupBy(all, ({ group }) => group)].flatMap(([group, [first, ...rest]]) =>
    first ? [[group, [first, ...rest]] satisfies [ScopeGroup, [Scope, ...Scope[]]]] : [],
  )
}

/**
 * §4.2: consent clients begin in the sandbox; production ones are made at once only where the operator says so. Spec silent on query
 * clients: they reach the same utilities as consent clients, so they get the same statuses.
 */
function statusesOf(group: ScopeGroup, { environments }: OauthSettings): readonly ClientStatus[] {
  return group === 'consent' || group === 'query' ? environments : ['production']
}

function newCredential({ clientId, created }: Client, { newId }: RegisterDeps): Credential {
  return {
    credentialId: newId('credential'),
    clientId,
    clientSecret: newSecret(),
    expiresAt: null,
    created,
    modified: created,
  }
}

function needsSignIn({ scope }: Client): boolean {
  return scopeIds(scope).some((id) => scopes.get(id)?.registrationRequirements.includes(selfAccessSignIn.id))
}

/** §3.6 #registration-field-types `sso_verification`: an open message that leads to the page where to sign in. Its link is made when it is shown. */
function newSignIn(client: Client, { newId }: RegisterDeps): { message: Message; link: SelfAccessLink } {
  const messageId: MessageId = newId('message')
  const clientId: ClientId = client.clientId
  return {
    link: { clientId, messageId },
    message: {
      messageId,
      registrationId: client.registrationId,
      type: 'online_form_request',
      previousId: null,
      read: false,
      creator: null,
      status: 'open',
      name: 'Sign in at your utility',
      description: `${selfAccessSignIn.description} The client is ${clientId}. You may use the page again to link more accounts.`,
      related: { uri: `${SELF_ACCESS_PATH}/${messageId}`, type: 'online_form' },
      attachments: null,
      attachmentCount: 0,
      created: client.created,
      modified: client.created,
    },
  }
}
