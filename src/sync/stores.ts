import type { GrantChange, Message } from '../oauth/stores.ts'
import type { GrantId, UtilityAuthorizationId } from '../shared/ids.ts'
import type { Refused, Translated } from '../translate/translated.ts'

/** What a window asks the utility for: the customer's resources, the usage points without readings, or the readings between two moments. */
export type Window =
  | { purpose: 'customer' | 'usage_points'; from?: undefined; to?: undefined }
  | { purpose: 'usage'; from: Date; to: Date }

/**
 * An entry that later feeds of the same authorization refer to but need not repeat (usage points, reading types, the
 * customer's resources; never readings): JSON text under the key that a later version of it replaces.
 */
export interface ContextEntry {
  key: string
  json: string
  /** Of a bill: its first and last day. Only feeds that bill the same days need it, see `listBills`. */
  days?: string
}

export type SyncWindow = Window & { runId: string; number: number; status: 'waiting' | 'done' | 'failed' }

/** One round of fetching for one authorization at a utility. */
export interface SyncRun {
  runId: string
  utilityAuthorizationId: UtilityAuthorizationId
  utilityId: string
  /** `sign_in`: only the customer's own resources, for the authorization form. */
  kind: 'sign_in' | 'sync'
  status: 'running' | 'done' | 'failed'
  /** Its windows are written down. */
  planned: boolean
  /** The daily run: it also fetches again what utilities still revise. */
  renews: boolean
  historyFrom: Date
  startedAt: Date
  finishedAt: Date | null
  eta: Date
  /** Why it failed, or why its last try did. */
  failure: string | null
  /** Tries of the step under way, this one included. */
  tries: number
  /** Counts every try ever made: one that was overtaken changes nothing. */
  turn: number
  /** Since when the utility has been answering 202 to the step under way. */
  preparingSince: Date | null
}

/** A run that somebody wants; what it will fetch is planned later. */
export interface RunRequest {
  runId: string
  utilityAuthorizationId: UtilityAuthorizationId
  utilityId: string
  renews: boolean
  at: Date
  eta: Date
}

/** What became of the wish to try the next step of a run. */
export type TryBegin =
  | { kind: 'begun'; run: SyncRun }
  /** The run is over, or was erased. */
  | { kind: 'ended' }
  | { kind: 'later'; notBefore: Date }
  | { kind: 'paused'; until: Date }

/** The step that comes next in a run, and how many windows still wait. */
export interface NextStep {
  step: Step
  waiting: number
}

/** Planning, the number of a window, or settling. */
export type Step = 'plan' | number | 'settle'

/** How a run fails for good: everything that must be known of it is written at once. */
export interface RunEnd {
  runId: string
  at: Date
  failure: string
  record: OperatorRecord
  /** The grants that change with it, each with the message that tells its client; asked for once no further grant can count on this run. */
  grants(): Promise<readonly { grantId: GrantId; change: GrantChange; message: Message }[]>
}

/** What the operator should know: ids, statuses and times, nothing of a customer. */
export interface OperatorRecord {
  kind: 'run_given_up' | 'utility_paused'
  utilityId: string
  utilityAuthorizationId: UtilityAuthorizationId | null
  detail: string
}

/** How far a run is: what the operator and the page of a waiting customer can read while it goes on. */
export interface SyncProgress extends SyncRun {
  windows: { waiting: number; done: number; failed: number }
  bytes: bigint
  segments: number
  refused: number
}

/** What one window became. */
export interface WindowChange {
  window: SyncWindow
  utilityAuthorizationId: UtilityAuthorizationId
  utilityId: string
  /** IANA zone in which the days of usage begin. */
  timezone: string
  /** Translated from this window and all earlier context: every object known through this authorization. */
  translated: Translated
  context: readonly ContextEntry[]
  bytes: bigint
  at: Date
}

/** Takes a feed piece by piece; memory stays at one piece. */
export interface RawFeedWriter {
  write(bytes: Uint8Array): Promise<void>
  end(): Promise<void>
}

export interface SyncStore {
  /** Begins a run of the kind `sign_in` with its windows, unless it exists. */
  beginSignIn(
    run: Pick<SyncRun, 'runId' | 'utilityAuthorizationId' | 'utilityId' | 'startedAt'>,
    windows: readonly Window[],
  ): Promise<void>
  /** Writes down that a run is wanted, and gives the open one of the authorization: the new one, or that which was there before. */
  requestRun(request: RunRequest): Promise<SyncRun>
  /** The same for many at once; those whose authorization has an open run, or had this one before, are passed over. The new ones come back. */
  requestRuns(requests: readonly RunRequest[]): Promise<string[]>
  /** Writes down what a run will fetch, once. */
  planRun(
    runId: string,
    plan: { historyFrom: Date; eta: Date; windows: readonly Window[]; at: Date },
  ): Promise<void>
  /** Removes a run that turned out not to be needed before anything was planned. */
  dropRun(runId: string): Promise<void>
  /** Counts a try of the next step before it is made, so that a crash counts too. */
  beginTry(runId: string, at: Date): Promise<TryBegin>
  /** The step of this try is through. A try that was overtaken by a later one changes nothing. */
  stepDone(run: SyncRun, at: Date): Promise<NextStep>
  nextStep(runId: string): Promise<NextStep>
  /** The try failed: the next is not made before `notBefore`. Overtaken tries change nothing. */
  failTry(run: SyncRun, failed: { notBefore: Date; failure: string; at: Date }): Promise<void>
  /** This was no try: the utility is still preparing the feed (`preparingSince`), or another process is at it. */
  putOff(run: SyncRun, until: { notBefore: Date; preparingSince: Date | null }): Promise<void>
  /** Runs whose job should have moved them by `at`, oldest first; who asks takes care of them for the next minute. */
  takeOverdue(utilityId: string, at: Date, limit: number): Promise<{ runId: string; step: Step }[]>
  findRun(runId: string): Promise<SyncRun | undefined>
  /** The open run of the kind `sync` of an authorization. */
  openRun(id: UtilityAuthorizationId): Promise<SyncRun | undefined>
  /** The newest one that ended well: what the next one continues from. */
  latestDoneRun(id: UtilityAuthorizationId): Promise<SyncRun | undefined>
  findWindow(runId: string, number: number): Promise<SyncWindow | undefined>
  /** The first window still waiting, in order. */
  nextWindow(runId: string): Promise<SyncWindow | undefined>
  progress(id: UtilityAuthorizationId): Promise<SyncProgress | undefined>
  setEta(runId: string, eta: Date): Promise<void>
  /** The run ended well: what is new from now on was met now. `further`: it did not bring all, another run begins in the same moment. */
  finishRun(runId: string, at: Date, further?: RunRequest): Promise<void>
  /** The run failed for good. False: it was over already, and nothing changed. */
  endRun(end: RunEnd): Promise<boolean>
  /** What earlier feeds of this authorization said, oldest first, except by windows of the purposes left out. */
  listContext(id: UtilityAuthorizationId, except?: Window['purpose']): Promise<ContextEntry[]>
  /** What earlier feeds billed for these days. */
  listBills(id: UtilityAuthorizationId, days: readonly string[]): Promise<ContextEntry[]>
  /**
   * Puts what one window became in the place of what was there and marks the window done, in one transaction. Running it
   * twice leaves the same store: ids are keys, and what is equal is not written; that it was told again is said of the
   * authorization and of the series. Rows of other authorizations are not touched. A local day that the window tells anything of is
   * replaced, any other stays, whether segments are days or months.
   */
  replaceWindow(change: WindowChange): Promise<void>
  listRefused(id: UtilityAuthorizationId): Promise<Refused[]>
  /** Keeps a feed as it comes, compressed and sealed, until `expiresAt`; what an earlier try left is dropped. */
  openRawFeed(window: SyncWindow, expiresAt: Date): Promise<RawFeedWriter>
  purgeRawFeeds(now: Date): Promise<number>
  /** Removes the customer data that came through this authorization (it is closed, and no grant uses it). */
  eraseAuthorization(id: UtilityAuthorizationId): Promise<void>
}

/** What keeps a utility from being asked too often, and the state of what happens once a day or in one process at a time. */
export interface PaceStore {
  /**
   * Notes that a utility answered 429 or 503. It is paused when its token endpoint said so, or when enough authorizations met it within a
   * short time and nobody got an answer in between: until when comes back, if this call began the pause.
   */
  noteRefusal(refusal: UtilityRefusal): Promise<Date | undefined>
  /** The utility gave somebody what was asked: refusals and pauses before that do not count any more. */
  noteAnswer(utilityId: string, at: Date): Promise<void>
  /** Lets a paused utility be asked again at once. False: it was not paused. */
  liftPause(utilityId: string, at: Date): Promise<boolean>
}

export interface UtilityRefusal {
  utilityId: string
  utilityAuthorizationId: UtilityAuthorizationId
  /** The token endpoint said it: it concerns everybody. */
  fromTokenEndpoint: boolean
  retryAfterMs: number | undefined
  reason: string
  at: Date
}

/** Things that one process does at a time, and that must not be forgotten. */
export interface DutyStore {
  /** Takes or keeps a lease for so long; false: somebody else holds it. */
  takeLease(name: string, holder: string, until: Date, at: Date): Promise<boolean>
  releaseLease(name: string, holder: string): Promise<void>
  /** A daily round that is due and not under way, so that the caller begins it; false: it is through, under way, or waits. */
  beginRound(utilityId: string, day: string, at: Date): Promise<boolean>
  finishRound(utilityId: string, day: string, at: Date): Promise<void>
  /** Authorizations of pending grants for which nothing is under way. */
  listStranded(utilityIds: readonly string[], before: Date, limit: number): Promise<UtilityAuthorizationId[]>
}
