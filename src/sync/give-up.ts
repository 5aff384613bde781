import { newMessage } from '../oauth/new-message.ts'
import type { Message } from '../oauth/stores.ts'
import { AuthorizationWithdrawnError, SignInNeededError } from '../shared/errors.ts'
import type { GrantEnding, RunFailure, SyncDeps } from './deps.ts'
import { describe } from './errors.ts'
import type { SyncRun } from './stores.ts'

/**
 * A run has failed for good, by whichever path: its grants say so, their clients get a message, the operator a record, all at once. What the run
 * had stored stays; the next daily run begins where the last good one ended. A run that is over already stays as it is.
 */
export async function giveUp(run: SyncRun, error: unknown, deps: SyncDeps): Promise<void> {
  const outcome = outcomeOf(error)
  const failure = describe(error)
  const { runId, utilityId, utilityAuthorizationId } = run
  const at = deps.clock.now()
  const detail = `run ${runId} was given up after ${run.tries} tries: ${failure}`
  const ended = await deps.store.endRun({
    runId,
    at,
    failure,
    record: { kind: 'run_given_up', utilityId, utilityAuthorizationId, detail },
    grants: async () => {
      const endings = await deps.grants.afterFailure(utilityAuthorizationId, outcome)
      return endings.map((ending) => ({
        grantId: ending.grant.grantId,
        change: ending.change,
        message: messageAbout(ending, outcome, at, deps),
      }))
    },
  })
  if (ended) deps.log.warn({ run: runId, outcome }, 'run given up')
}

function outcomeOf(error: unknown): RunFailure {
  if (error instanceof AuthorizationWithdrawnError) return 'withdrawn'
  return error instanceof SignInNeededError ? 'sign_in_needed' : 'failed'
}

/** What clients read. Nothing of the utility's answer is in it: that is the operator's to look at. */
const WORDS: Record<RunFailure, string> = {
  withdrawn:
    'The utility does not honour the authorization any more, so nothing new comes. What was shared before can still be read.',
  sign_in_needed:
    'The customer has to sign in at the utility again: ask them to authorize once more, or, for your own data, use the link of the message "Sign in at your utility" again.',
  failed:
    'The utility did not give the data, though it was asked several times. It is asked again every day.',
}

function messageAbout(
  { grant, registrationId, change }: GrantEnding,
  outcome: RunFailure,
  at: Date,
  { newMessageId, grantUrl }: SyncDeps,
): Message {
  return newMessage(
    { messageId: newMessageId(), registrationId, created: at },
    {
      type: 'notification',
      status: 'complete',
      name: `A grant is ${change.status}`,
      description: `The grant ${grant.grantId} of the client ${grant.clientId} is ${change.status}. ${WORDS[outcome]}`,
      related: { uri: grantUrl(grant.grantId), type: 'grant' },
    },
  )
}
