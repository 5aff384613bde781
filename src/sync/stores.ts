import type { UtilityAuthorizationId } from '../shared/ids.ts'
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
}

export type SyncWindow = Window & { runId: string; number: number; status: 'waiting' | 'done' | 'failed' }

/** One round of fetching for one authorization at a utility. */
export interface SyncRun {
  runId: string
  utilityAuthorizationId: UtilityAuthorizationId
  /** `sign_in`: only the customer's own resources, for the authorization form. */
  kind: 'sign_in' | 'sync'
  status: 'running' | 'done' | 'failed'
  historyFrom: Date
  startedAt: Date
  finishedAt: Date | null
  eta: Date
  failure: string | null
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
  /** Begins a run, unless it exists: the same run planned twice has the same windows. */
  beginRun(run: Omit<SyncRun, 'status' | 'finishedAt' | 'failure'>, windows: readonly Window[]): Promise<void>
  findRun(runId: string): Promise<SyncRun | undefined>
  /** The newest run of the kind `sync` of an authorization, whatever its state. */
  latestRun(id: UtilityAuthorizationId): Promise<SyncRun | undefined>
  /** The newest one that ended well: what the next one continues from. */
  latestDoneRun(id: UtilityAuthorizationId): Promise<SyncRun | undefined>
  /** Runs that a stopped worker may have left. */
  listRunning(): Promise<SyncRun[]>
  findWindow(runId: string, number: number): Promise<SyncWindow | undefined>
  /** The first window still waiting, in order. */
  nextWindow(runId: string): Promise<SyncWindow | undefined>
  progress(id: UtilityAuthorizationId): Promise<SyncProgress | undefined>
  setEta(runId: string, eta: Date): Promise<void>
  finishRun(runId: string, status: 'done' | 'failed', at: Date, failure?: string): Promise<void>
  /** What earlier feeds of this authorization said, oldest first, except by windows of the purposes left out. */
  listContext(id: UtilityAuthorizationId, except?: Window['purpose']): Promise<ContextEntry[]>
  /**
   * Puts what one window became in the place of what was there and marks the window done, in one transaction. Running it
   * twice leaves the same store: ids are keys, an equal content hash touches only `cds_synced`. A local day that the window
   * tells anything of is replaced, any other stays, whether segments are days or months.
   */
  replaceWindow(change: WindowChange): Promise<void>
  failWindow(runId: string, number: number): Promise<void>
  listRefused(id: UtilityAuthorizationId): Promise<Refused[]>
  /** Keeps a feed as it comes, compressed and sealed, until `expiresAt`; what an earlier try left is dropped. */
  openRawFeed(window: SyncWindow, expiresAt: Date): Promise<RawFeedWriter>
  purgeRawFeeds(now: Date): Promise<number>
  /** Removes the customer data that came only through this authorization (it is closed, and no grant uses it). */
  eraseAuthorization(id: UtilityAuthorizationId): Promise<void>
}
