import type { EspiFeed } from '../espi/model.ts'
import type { Grant, GrantChange, GrantStatus } from '../oauth/stores.ts'
import type { Clock } from '../shared/clock.ts'
import type { GrantId, MessageId, RegistrationId, UtilityAuthorizationId } from '../shared/ids.ts'
import type { Logger } from '../shared/logger.ts'
import type { SegmentLength } from '../shared/segment-length.ts'
import type { Translated } from '../translate/translated.ts'
import type { SyncQueue } from './jobs.ts'
import type { RetryRules } from './retry.ts'
import type { PaceStore, SyncRun, SyncStore, Window } from './stores.ts'

/** What sync needs to know of a customer's authorization at a utility. */
export interface SyncAuthorization {
  id: UtilityAuthorizationId
  utilityId: string
  status: 'active' | 'withdrawn' | 'sign_in_needed'
  /** What the utility granted, as its scope string says. */
  grants: {
    customer: boolean
    /** Readings or bills. */
    usage: boolean
    /** No reading before this moment was granted; undefined: no limit told. */
    historyFrom: Date | undefined
  }
}

/** What sync needs to know of a utility. */
export interface SyncUtility {
  id: string
  timezone: string
  daysPerRequest: number
  daysOfHistory: number
  segmentLength: SegmentLength
  feedBytes: number
  /** How long one window may take, from the request to the end of the feed. */
  feedSeconds: number
  /** Where an authorization's usage points are listed, when windows of readings leave them out; see `fetchContext`. */
  contextByResources: boolean
}

export type FeedAnswer =
  | { kind: 'ready'; body: AsyncIterable<Uint8Array> }
  | { kind: 'empty' }
  | { kind: 'notYet'; retryAfterMs: number }

/** What the users of an authorization still want of it. */
export interface Wanted {
  /** From when on anybody wants readings or bills; `undefined`: nobody wants either. */
  usageFrom: Date | 'all' | undefined
  /** Somebody wants bills: they come in the same feeds, later than the readings of the days that they bill. */
  bills: boolean
  /** Somebody still wants news (CDS-WG3-01 §7.3.1 #auth-details-sync-until, §7.3.7). */
  ongoing: boolean
}

/** How a run fails for good: the customer withdrew at the utility, has to sign in there again, or the utility did not give the data. */
export type RunFailure = 'withdrawn' | 'sign_in_needed' | 'failed'

/** A grant that a failed run changes. */
export interface GrantEnding {
  grant: Pick<Grant, 'grantId' | 'clientId' | 'status'>
  registrationId: RegistrationId
  change: GrantChange & { status: GrantStatus }
}

/** What a sync run tells the grants that live on an authorization. */
export interface GrantKeeper {
  wanted(id: UtilityAuthorizationId, now: Date): Promise<Wanted>
  /** Those of these that somebody still wants news of. */
  listOngoing(ids: readonly UtilityAuthorizationId[], now: Date): Promise<UtilityAuthorizationId[]>
  /** All that a run was to load is here: pending, delayed and partial grants whose other authorizations are loaded too become what was granted. */
  settle(id: UtilityAuthorizationId): Promise<void>
  /** Whether a grant waits for its first data through this authorization. */
  hasPending(id: UtilityAuthorizationId): Promise<boolean>
  /** What becomes of the grants when a run fails for good: those that change, and how. */
  afterFailure(id: UtilityAuthorizationId, outcome: RunFailure): Promise<GrantEnding[]>
  /** A pending grant's `eta` moves (CDS-WG3-01 §6 #scopes). */
  moveEta(id: UtilityAuthorizationId, eta: Date): Promise<void>
}

/** Authorizations that nobody uses any more: their data and their tokens are to go. */
export interface UnusedStore {
  isUnused(id: UtilityAuthorizationId): Promise<boolean>
  /** Those of a utility that nobody has used for so long. */
  listUnused(utilityId: string, forMs: number): Promise<UtilityAuthorizationId[]>
  /** It is erased, and not listed again. */
  forgetUnused(id: UtilityAuthorizationId): Promise<void>
}

export interface SyncDeps {
  store: SyncStore
  pace: PaceStore
  retry: RetryRules
  newMessageId(): MessageId
  /** Where a client reads of a grant. */
  grantUrl(id: GrantId): string
  queue: SyncQueue
  clock: Clock
  log: Logger
  grants: GrantKeeper
  findUtility(id: string): SyncUtility | undefined
  findAuthorization(id: UtilityAuthorizationId): Promise<SyncAuthorization | undefined>
  /** At most `limit` at a time. */
  listActiveAuthorizations(utilityId: string, limit: number): AsyncIterable<UtilityAuthorizationId[]>
  unused: UnusedStore
  /** Removes tokens, codes and requests that have ended. */
  purgeEnded(now: Date): Promise<void>
  /** Gives an authorization up: its tokens are forgotten. */
  withdrawAuthorization(id: UtilityAuthorizationId): Promise<void>
  openFeed(authorization: SyncAuthorization, window: Window, signal: AbortSignal): Promise<FeedAnswer>
  /** Asks for a resource that an entry links to. */
  openLink(authorization: SyncAuthorization, url: string, signal: AbortSignal): Promise<FeedAnswer>
  /** The list of an authorization's usage points. */
  usagePointsUrl(authorization: SyncAuthorization): Promise<string>
  readFeed(body: AsyncIterable<Uint8Array>, limits: { bytes: number }): Promise<EspiFeed>
  /** Readings of other windows of the run's history are theirs. */
  translate(
    authorization: SyncAuthorization,
    feeds: readonly EspiFeed[],
    window: Window,
    run: Pick<SyncRun, 'historyFrom' | 'startedAt'>,
  ): Translated
  /** How long a feed is kept as it came. */
  rawFeedDays: number
}
