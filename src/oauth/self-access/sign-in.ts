import { z } from 'zod'
import type { Clock } from '../../shared/clock.ts'
import { UpstreamError } from '../../shared/errors.ts'
import type { GrantId, MessageId } from '../../shared/ids.ts'
import { beginSync } from '../begin-sync.ts'
import { type CustomerSignIn, SignInRefusedError, type UtilityChoice } from '../consent/customer-sign-in.ts'
import { toScopeRequests } from '../details/granted-details.ts'
import { toRequestedScopes } from '../details/requested-scopes.ts'
import type { Limit } from '../limits.ts'
import { notify } from '../notify.ts'
import type { SelfAccessContents } from '../pages/self-access.ts'
import type { OauthSettings } from '../settings.ts'
import type { Client, ClientStore, GrantStore, MessageStatus, MessageStore } from '../stores.ts'

export interface SignInDeps {
  clients: Pick<ClientStore, 'linkUtilityAuthorization'>
  messages: Pick<MessageStore, 'create' | 'update'>
  grants: Pick<GrantStore, 'find' | 'update'>
  customerSignIn: Pick<CustomerSignIn, 'passwordSignIn' | 'startSync'>
  /** Passwords sent to utilities, by utility and username. */
  passwords: Limit
  newId(kind: 'message'): MessageId
  clock: Clock
  settings: OauthSettings
}

/** Whose sign-in it is: the client, the message that asked for it, and the utilities to choose from. */
export interface Opened {
  messageId: MessageId
  client: Client
  utilities: UtilityChoice[]
}

/** What the page says after a sign-in. */
export type Said = Partial<Pick<SelfAccessContents, 'fault' | 'linkedTo' | 'utilityId'>> & {
  status: number
  /** With 429: when to come again. */
  retryAfterMs?: number
}

/** One sign-in, as the form sends it. */
const form = z.object({
  utility_id: z.string().min(1),
  username: z.string().min(1).max(200),
  password: z.string().min(1).max(200),
})

/**
 * Signs in at the utility and links what that opens. Username and password go no further than the utility, and only so many an hour of
 * one username, whoever sends them: nobody guesses passwords through us.
 */
export async function signIn(body: unknown, opened: Opened, deps: SignInDeps): Promise<Said> {
  const given = form.safeParse(body)
  const utility = opened.utilities.find(({ id }) => id === given.data?.utility_id)
  if (!given.success || !utility) {
    return { status: 400, fault: 'Choose your utility and fill in username and password.' }
  }
  const account = [utility.id, given.data.username.normalize('NFKC').trim().toLowerCase()]
  const retryAfterMs = await deps.passwords.count(...account)
  if (retryAfterMs !== undefined) return refuse(utility, retryAfterMs)
  const said = await tryPassword(given.data, utility, opened, deps)
  if (said.status === 200) await deps.passwords.clear(...account)
  return said
}

function refuse({ id: utilityId, name }: UtilityChoice, retryAfterMs: number): Said {
  const minutes = Math.ceil(retryAfterMs / 60_000)
  const fault = `There were too many attempts to sign in with this username. Nothing was sent to ${name}. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`
  return { status: 429, fault, utilityId, retryAfterMs }
}

async function tryPassword(
  { username, password }: z.output<typeof form>,
  { id: utilityId, name }: UtilityChoice,
  opened: Opened,
  deps: SignInDeps,
): Promise<Said> {
  try {
    const requests = scopeRequests(opened.client, deps)
    const id = await deps.customerSignIn.passwordSignIn({ utilityId, username, password, requests })
    await link(id, opened, deps)
    return { status: 200, linkedTo: name, utilityId }
  } catch (error) {
    if (error instanceof SignInRefusedError) {
      const fault = `${name} did not accept this username and password. Check them and try again.`
      return { status: 400, fault, utilityId }
    }
    if (!(error instanceof UpstreamError)) throw error
    const fault = `${name} is not answering at the moment. Nothing was changed; try again later.`
    return { status: 503, fault, utilityId }
  }
}

/** §3.6: submitted is `pending`, accepted is `complete`. The utility's word is the review. */
async function link(
  id: Awaited<ReturnType<CustomerSignIn['passwordSignIn']>>,
  { client, messageId }: Opened,
  deps: SignInDeps,
): Promise<void> {
  await update(client, messageId, 'pending', 'The sign-in was received.', deps)
  const changed = await deps.clients.linkUtilityAuthorization(client.clientId, id, deps.clock.now())
  await deps.customerSignIn.startSync(id)
  await renewEtas(changed, deps)
  await update(client, messageId, 'complete', 'Your accounts are linked to the client.', deps)
  await deps.messages.update(messageId, { status: 'complete' }, deps.clock.now())
}

/** Grants that got more data are loading again: only those that still are `pending` get a new `eta`. */
async function renewEtas(changed: readonly GrantId[], deps: SignInDeps): Promise<void> {
  for (const grantId of changed) {
    const grant = await deps.grants.find(grantId)
    if (grant) await beginSync(grant, deps)
  }
}

function update(
  client: Client,
  previousId: MessageId,
  status: MessageStatus,
  description: string,
  deps: SignInDeps,
): Promise<void> {
  const said = { type: 'request_update', status, name: 'Sign in at your utility', description } as const
  return notify(client.registrationId, { ...said, previousId, related: null }, deps)
}

function scopeRequests(client: Client, { clock, settings }: SignInDeps) {
  const moment = { now: clock.now(), timezone: settings.timezone }
  const asked = { scope: client.scope, authorizationDetails: [] }
  return toScopeRequests(toRequestedScopes(asked, client, moment), moment)
}
