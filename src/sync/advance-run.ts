import {
  AuthorizationWithdrawnError,
  GatewayError,
  NotYetError,
  SignInNeededError,
  UnderWayError,
  UpstreamError,
} from '../shared/errors.ts'
import type { SyncAuthorization, SyncDeps, SyncUtility } from './deps.ts'
import { describe, NeverReadyError, NotBeforeError, TriesUsedUpError, UtilityPausedError } from './errors.ts'
import { etaAfter } from './eta.ts'
import { giveUp } from './give-up.ts'
import { loadWindow } from './load-window.ts'
import { planRun } from './plan-run.ts'
import { nextLook, nextTry } from './retry.ts'
import { settleRun } from './settle-run.ts'
import type { NextStep, SyncRun } from './stores.ts'

/**
 * Does what comes next in a run: plan it, load a window, or settle. Safe to run twice, at once or one after the other. A failure is written down
 * before this ends: when the next try may be made, or that the run is given up.
 */
export async function advanceRun(runId: string, deps: SyncDeps, signal: AbortSignal): Promise<void> {
  const begun = await deps.store.beginTry(runId, deps.clock.now())
  if (begun.kind === 'ended') return
  if (begun.kind === 'later') throw new NotBeforeError(begun.notBefore)
  if (begun.kind === 'paused') throw new UtilityPausedError(begun.until)
  try {
    await takeStep(begun.run, deps, signal)
  } catch (error) {
    await afterFailure(begun.run, error, deps)
  }
}

async function takeStep(run: SyncRun, deps: SyncDeps, signal: AbortSignal): Promise<void> {
  // Each try before was cut off with its process: the next might end this one too.
  if (run.tries > deps.retry.attempts) throw new TriesUsedUpError(deps.retry.attempts, run.failure)
  const authorization = await deps.findAuthorization(run.utilityAuthorizationId)
  const utility = deps.findUtility(run.utilityId)
  // Erased meanwhile, or its utility is not enabled here: whoever enables it goes on.
  if (!authorization || !utility) return
  checkHonoured(authorization)
  if (!run.planned) {
    const planned = await planRun(run, authorization, utility, deps)
    return planned ? goOn(run, await deps.store.stepDone(run, deps.clock.now()), deps) : undefined
  }
  const window = await deps.store.nextWindow(run.runId)
  if (!window) return settleRun(run, authorization, utility, deps)
  const place = { run, authorization, utility, signal: within(utility, signal) }
  await loadWindow(window, place, deps)
  await deps.pace.noteAnswer(utility.id, deps.clock.now())
  await goOn(run, await deps.store.stepDone(run, deps.clock.now()), deps)
}

function checkHonoured({ id, status }: SyncAuthorization): void {
  if (status === 'withdrawn') throw new AuthorizationWithdrawnError(`authorization ${id} is withdrawn`)
  if (status === 'sign_in_needed') throw new SignInNeededError(`authorization ${id} needs a new sign-in`)
}

/** One window, however many requests it takes, is loaded within this time or not at all. */
function within({ feedSeconds }: SyncUtility, signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(feedSeconds * 1000)])
}

/** Queues the step that comes next, and moves the `eta` when it will not hold. */
async function goOn(run: SyncRun, { step, waiting }: NextStep, deps: SyncDeps): Promise<void> {
  await moveEta(run, etaAfter(deps.clock.now(), waiting), deps)
  await deps.queue.add(run.utilityId, [{ name: 'advance', runId: run.runId, step }])
}

async function moveEta(run: SyncRun, eta: Date, { store, grants }: SyncDeps): Promise<void> {
  if (eta <= run.eta) return
  await store.setEta(run.runId, eta)
  await grants.moveEta(run.utilityAuthorizationId, eta)
}

async function afterFailure(run: SyncRun, error: unknown, deps: SyncDeps): Promise<void> {
  if (error instanceof NotYetError) return waitForFeed(run, error, deps)
  if (error instanceof UnderWayError) return letGo(run, error, deps)
  const permanent = error instanceof GatewayError && error.permanent
  const last = run.tries >= deps.retry.attempts
  const { runId: id, tries } = run
  deps.log.warn({ run: id, tries, error: describe(error), permanent, last }, 'a step of a run failed')
  // A utility that refuses one customer for good may still be refusing others for a while.
  if (error instanceof UpstreamError) await notePressure(run, error, deps)
  if (permanent || last) return giveUp(run, error, deps)
  const retryAfterMs = error instanceof UpstreamError ? error.retryAfterMs : undefined
  const notBefore = nextTry(deps.clock.now(), run.tries, retryAfterMs, deps.retry)
  await deps.store.failTry(run, { notBefore, failure: describe(error), at: deps.clock.now() })
  await putOff(run, notBefore, deps)
}

async function waitForFeed(run: SyncRun, error: NotYetError, deps: SyncDeps): Promise<void> {
  const at = deps.clock.now()
  const since = run.preparingSince ?? at
  if (at.getTime() - since.getTime() >= deps.retry.preparingMs) {
    return giveUp(run, new NeverReadyError(since), deps)
  }
  const notBefore = nextLook(at, since, error.retryAfterMs, deps.retry)
  await deps.store.putOff(run, { notBefore, preparingSince: since })
  await putOff(run, notBefore, deps)
}

/** Whoever is at it goes on; the slot is for others meanwhile. */
async function letGo(run: SyncRun, { retryAfterMs }: UnderWayError, deps: SyncDeps): Promise<void> {
  const notBefore = new Date(deps.clock.now().getTime() + retryAfterMs)
  await deps.store.putOff(run, { notBefore, preparingSince: run.preparingSince })
  throw new NotBeforeError(notBefore)
}

/** The `eta` follows, and the queue keeps the job until then. */
async function putOff(run: SyncRun, notBefore: Date, deps: SyncDeps): Promise<never> {
  const { waiting } = await deps.store.nextStep(run.runId)
  await moveEta(run, etaAfter(notBefore, waiting), deps)
  throw new NotBeforeError(notBefore)
}

/** 429 and 503 of several customers within a short time, or of the token endpoint, are about the utility and not about a customer. */
async function notePressure(run: SyncRun, error: UpstreamError, deps: SyncDeps): Promise<void> {
  if (error.status !== 429 && error.status !== 503) return
  const until = await deps.pace.noteRefusal({
    utilityId: run.utilityId,
    utilityAuthorizationId: run.utilityAuthorizationId,
    fromTokenEndpoint: error.fromTokenEndpoint,
    retryAfterMs: error.retryAfterMs,
    reason: error.message,
    at: deps.clock.now(),
  })
  if (until) deps.log.warn({ utility: run.utilityId, until }, 'the utility is paused: it asks for less')
}
