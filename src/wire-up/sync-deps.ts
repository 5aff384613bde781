import { SERVER_OTHER_LIMITS } from '../espi/read/read-limits.ts'
import { readFeed } from '../espi/read-feed.ts'
import { parseScopeString } from '../espi/scope-string.ts'
import { isGranted } from '../scope-map/blocks.ts'
import type { Clock } from '../shared/clock.ts'
import { type GrantId, type Identify, keyedIds, newId } from '../shared/ids.ts'
import type { Logger } from '../shared/logger.ts'
import type { SegmentLength } from '../shared/segment-length.ts'
import type {
  FeedAnswer,
  GrantKeeper,
  SyncAuthorization,
  SyncDeps,
  SyncUtility,
  UnusedStore,
} from '../sync/deps.ts'
import type { SyncQueue } from '../sync/jobs.ts'
import type { RetryRules } from '../sync/retry.ts'
import type { PaceStore, SyncStore, Window } from '../sync/stores.ts'
import { toEntity } from '../translate/customer/utility-entity.ts'
import { translateFeed } from '../translate/translate-feed.ts'
import { customerFeedUrl } from '../upstream/customer-feed-url.ts'
import { usageFeedUrl, usagePointsUrl } from '../upstream/feed-urls.ts'
import { type OpenFeedDeps, openFeed } from '../upstream/open-feed.ts'
import type { UtilityAuthorization, UtilityAuthorizationStore } from '../upstream/stores.ts'
import type { UtilityProfile } from '../utility/profile.ts'
import type { UtilityRegistry } from '../utility/registry.ts'
import { toTranslationWindow } from './translation-window.ts'

export interface SyncDepsInput {
  registry: UtilityRegistry
  authorizations: UtilityAuthorizationStore
  upstream: Omit<OpenFeedDeps, 'store'>
  store: SyncStore
  pace: PaceStore
  retry: RetryRules
  /** Where a client reads of a grant. */
  grantUrl(id: GrantId): string
  queue: SyncQueue
  grants: GrantKeeper
  idSecret: Uint8Array
  segmentLength: SegmentLength
  /** The page about service programs that their `documentation` names. */
  programDocumentation: string
  purgeEnded(now: Date): Promise<void>
  unused: UnusedStore
  clock: Clock
  log: Logger
}

const RAW_FEED_DAYS = 30
/** A renewal takes about a second; who takes longer was probably killed, and its lease has to end first. */
const LEASE_PATIENCE_MS = 3_000
const DAY_MS = 86_400_000

/** What sync needs, made of upstream, the reader, the translation and the adapters. */
export function syncDeps(input: SyncDepsInput): SyncDeps {
  const { registry, authorizations, clock, segmentLength } = input
  const feedDeps = { ...input.upstream, store: authorizations, patienceMs: LEASE_PATIENCE_MS }
  const identify = new Map<string, Identify>()
  const identifyFor = (utilityId: string): Identify => {
    const known = identify.get(utilityId) ?? keyedIds(input.idSecret, utilityId)
    identify.set(utilityId, known)
    return known
  }
  return {
    store: input.store,
    queue: input.queue,
    grants: input.grants,
    clock,
    log: input.log,
    rawFeedDays: RAW_FEED_DAYS,
    pace: input.pace,
    retry: input.retry,
    newMessageId: () => newId('message'),
    grantUrl: input.grantUrl,
    findUtility: (id) => {
      const profile = registry.find(id)
      return profile && toSyncUtility(profile, segmentLength)
    },
    findAuthorization: async (id) => {
      const found = await authorizations.find(id)
      return found && toSyncAuthorization(found)
    },
    listActiveAuthorizations: (utilityId, limit) => authorizations.listActive(utilityId, limit),
    unused: input.unused,
    purgeEnded: input.purgeEnded,
    withdrawAuthorization: (id) => authorizations.withdraw(id, clock.now()),
    openFeed: async ({ id }, window, signal) => {
      const found = await authorizations.find(id)
      if (!found) return { kind: 'empty' }
      return openWindow(found, window, registry.get(found.utilityId), { ...feedDeps, signal })
    },
    openLink: async (authorization, url, signal) => openFeed(authorization, url, { ...feedDeps, signal }),
    usagePointsUrl: async ({ id, utilityId }) => {
      const found = await authorizations.find(id)
      return usagePointsUrl(found ?? { resourceUri: null }, registry.get(utilityId))
    },
    readFeed: (body, limits) => readFeed(body, { limits: { ...limits, other: SERVER_OTHER_LIMITS } }),
    translate: ({ id, utilityId }, feeds, window, run) => {
      const profile = registry.get(utilityId)
      return translateFeed(feeds, {
        identify: identifyFor(utilityId),
        authorizationKey: id,
        timezone: profile.timezone,
        segmentLength,
        entity: toEntity(profile, identifyFor(utilityId)),
        currency: profile.currency,
        programDocumentation: input.programDocumentation,
        billing: profile.quirks.billing,
        ...(window.purpose === 'usage' && {
          window: toTranslationWindow(window, run, { ...profile, segmentLength }),
        }),
      })
    },
  }
}

async function openWindow(
  authorization: UtilityAuthorization,
  window: Window,
  profile: UtilityProfile,
  deps: OpenFeedDeps & { store: UtilityAuthorizationStore; signal: AbortSignal },
): Promise<FeedAnswer> {
  const now = deps.clock.now()
  if (window.purpose !== 'customer') {
    const asked = window.purpose === 'usage' ? window : { from: new Date(now.getTime() - DAY_MS), to: now }
    return openFeed(authorization, usageFeedUrl(authorization, { profile, window: asked, now }), deps)
  }
  const url = await customerFeedUrl(authorization, deps)
  return url === undefined ? { kind: 'empty' } : openFeed(authorization, url, deps)
}

function toSyncUtility(profile: UtilityProfile, segmentLength: SegmentLength): SyncUtility {
  return {
    id: profile.id,
    timezone: profile.timezone,
    daysPerRequest: profile.limits.daysPerRequest,
    daysOfHistory: profile.limits.daysOfHistory,
    segmentLength,
    feedBytes: profile.limits.feedBytes,
    feedSeconds: profile.limits.feedSeconds,
    contextByResources: profile.quirks.windowLeavesOutContext,
  }
}

/** The final scope string decides what there is to fetch; a utility that names no blocks is asked for everything. */
function toSyncAuthorization(authorization: UtilityAuthorization): SyncAuthorization {
  const scope = parseScopeString(authorization.scope)
  const silent = scope.blocks.length === 0
  const seconds = scope.historyLengthSeconds
  return {
    id: authorization.id,
    utilityId: authorization.utilityId,
    status: authorization.status,
    grants: {
      customer: silent || isGranted('customer', scope.blocks),
      usage: silent || isGranted('usage', scope.blocks) || isGranted('bills', scope.blocks),
      // The history was granted at the time of the authorization, and that moment stays.
      historyFrom:
        seconds === undefined ? undefined : new Date(authorization.created.getTime() - seconds * 1000),
    },
  }
}
