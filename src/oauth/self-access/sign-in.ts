import { z } from 'zod'
import type { Clock } from '../../shared/clock.ts'
import {
  AuthorizationWithdrawnError,
  NotYetError,
  SignInNeededError,
  UnderWayError,
  UpstreamError,
} from '../../shared/errors.ts'
import type { GrantId, MessageId } from '../../shared/ids.ts'
import { beginSync } from '../begin-sync.ts'
import { type CustomerSignIn, SignInRefusedError, type UtilityChoice } from '../consent/customer-sign-in.ts'
import { toScopeRequests } from '../details/granted-details.ts'
import { toRequestedScopes } from '../details/requested-scopes.ts'
import type { Limit } from '../limits.ts'
import { newMessage } from '../new-message.ts'
import type { SelfAccessContents } from '../pages/self-access.ts'
import type { OauthSettings } from '../settings.ts'
import type { Client, ClientStore, GrantStore, MessageStatus } from '../stores.ts'

export interface SignInDeps {
  clients: Pick<ClientStore, 'linkUtilityAuthorization'>
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
export type Said = Partial<Pick<SelfAccessContents, 'fault' | 'linkedTo' | 'delayed' | 'utilityId'>> & {
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
    const { delayed } = await link(id, opened, deps)
    return { status: 200, linkedTo: name, delayed, utilityId }
  } catch (error) {
    if (error instanceof SignInRefusedError) {
      const fault = `${name} did not accept this username and password. Check them and try again.`
      return { status: 400, fault, utilityId }
    }
    if (!isOfUtility(error)) throw error
    const fault = `${name} is not answering at the moment. Nothing was changed; try again later.`
    return { status: 503, fault, utilityId }
  }
}

/** What only the utility can mend, by a later answer. */
function isOfUtility(error: unknown): boolean {
  return [UpstreamError, NotYetError, UnderWayError, AuthorizationWithdrawnError, SignInNeededError].some(
    (fault) => error instanceof fault,
  )
}

/** §3.6: submitted is `pending`, accepted is `complete`. The utility's word is the review. */
async function link(
  utilityAuthorizationId: Awaited<ReturnType<CustomerSignIn['passwordSignIn']>>,
  { client, messageId }: Opened,
  deps: SignInDeps,
): Promise<{ delayed: boolean }> {
  const linked = deps.clock.now()
  const say = (status: MessageStatus, description: string) =>
    newMessage(
      { messageId: deps.newId('message'), registrationId: client.registrationId, created: linked },
      { ...UPDATE, status, description, previousId: messageId },
    )
  const changed = await deps.clients.linkUtilityAuthorization({
    clientId: client.clientId,
    utilityAuthorizationId,
    linked,
    completes: messageId,
    messages: [
      say('pending', 'The sign-in was received.'),
      say('complete', 'Your accounts are linked to the client.'),
    ],
  })
  const { delayed } = await deps.customerSignIn.startSync(utilityAuthorizationId)
  await renewEtas(changed, deps)
  return { delayed }
}

const UPDATE = { type: 'request_update', name: 'Sign in at your utility', related: null } as const

/** Grants that got more data are loading again: only those that still are `pending` get a new `eta`. */
async function renewEtas(changed: readonly GrantId[], deps: SignInDeps): Promise<void> {
  for (const grantId of changed) {
    const grant = await deps.grants.find(grantId)
    if (grant) await beginSync(grant, deps)
  }
}

function scopeRequests(client: Client, { clock, settings }: SignInDeps) {
  const moment = { now: clock.now(), timezone: settings.timezone }
  const asked = { scope: client.scope, authorizationDetails: [] }
  return toScopeRequests(toRequestedScopes(asked, client, moment), moment)
}
