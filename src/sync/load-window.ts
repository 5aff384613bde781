import { FeedTooLargeError, MalformedFeedError } from '../espi/errors.ts'
import type { EspiFeed } from '../espi/model.ts'
import { NotYetError, UpstreamError } from '../shared/errors.ts'
import { localCalendar } from '../shared/local-calendar.ts'
import type { Translated } from '../translate/translated.ts'
import { toBillContext } from './bill-context.ts'
import { fromContext, toContext } from './context.ts'
import type { SyncAuthorization, SyncDeps, SyncUtility } from './deps.ts'
import { fetchContext, withoutReadings } from './fetch-context.ts'
import type { ContextEntry, RawFeedWriter, SyncRun, SyncWindow } from './stores.ts'

/** Whose window it is, of which run, and how long the utility may take. */
export interface WindowPlace {
  run: Pick<SyncRun, 'historyFrom' | 'startedAt'>
  authorization: SyncAuthorization
  utility: SyncUtility
  signal: AbortSignal
}

/**
 * Loads one window that is still waiting: fetch, keep the raw feed, read, translate, store, all or nothing. Running it twice leaves
 * the same store.
 */
export async function loadWindow(window: SyncWindow, place: WindowPlace, deps: SyncDeps): Promise<void> {
  const { run, authorization, utility } = place
  const feeds = await fetchFeeds(window, place, deps)
  const except = window.purpose === 'customer' ? 'customer' : undefined
  const calendar = localCalendar(utility.timezone)
  const bills = feeds.flatMap((feed) => toBillContext(feed, calendar))
  const context = fromContext([
    ...(await deps.store.listContext(authorization.id, except)),
    ...(await otherBills(authorization, bills, deps)),
  ])
  const translated = asPiece(deps.translate(authorization, [...context, ...feeds], window, run))
  const bytes = feeds.reduce((sum, feed) => sum + feed.bytes, 0)
  await deps.store.replaceWindow({
    window,
    utilityAuthorizationId: authorization.id,
    utilityId: utility.id,
    timezone: utility.timezone,
    translated,
    context: [...feeds.flatMap(toContext), ...bills],
    bytes: BigInt(bytes),
    at: deps.clock.now(),
  })
  deps.log.info(
    {
      run: window.runId,
      window: window.number,
      purpose: window.purpose,
      bytes,
      segments: translated.usageSegments.length,
      refused: translated.refused.map(({ code, count }) => ({ code, count })),
    },
    'window loaded',
  )
}

/** What earlier windows billed for the same days, and these feeds do not. */
async function otherBills(
  { id }: SyncAuthorization,
  bills: readonly (ContextEntry & { days: string })[],
  { store }: Pick<SyncDeps, 'store'>,
): Promise<ContextEntry[]> {
  if (bills.length === 0) return []
  const own = new Set(bills.map(({ key }) => key))
  const earlier = await store.listBills(id, [...new Set(bills.map(({ days }) => days))])
  return earlier.filter(({ key }) => !own.has(key))
}

/** A window is a piece of what the utility has: what explains nothing in it explains readings of another. */
function asPiece(translated: Translated): Translated {
  return { ...translated, refused: translated.refused.filter(({ code }) => code !== 'not_referred_to') }
}

async function fetchFeeds(
  window: SyncWindow,
  { authorization, utility, signal }: WindowPlace,
  deps: SyncDeps,
): Promise<EspiFeed[]> {
  if (window.purpose === 'usage_points' && utility.contextByResources) {
    const url = await deps.usagePointsUrl(authorization)
    return asUtilityFault(utility, () => fetchContext(url, { authorization, utility, signal }, deps))
  }
  const answer = await deps.openFeed(authorization, window, signal)
  if (answer.kind === 'notYet') throw new NotYetError(answer.retryAfterMs)
  if (answer.kind === 'empty') return []
  const feed = await readAndKeep(window, answer.body, utility, deps)
  return [window.purpose === 'usage_points' ? withoutReadings(feed) : feed]
}

/** The feed is read while it is kept, sealed, as it came. */
async function readAndKeep(
  window: SyncWindow,
  body: AsyncIterable<Uint8Array>,
  utility: SyncUtility,
  deps: SyncDeps,
): Promise<EspiFeed> {
  const expiresAt = new Date(deps.clock.now().getTime() + deps.rawFeedDays * 86_400_000)
  const raw = await deps.store.openRawFeed(window, expiresAt)
  try {
    return await asUtilityFault(utility, () => deps.readFeed(alsoTo(raw, body), { bytes: utility.feedBytes }))
  } finally {
    await raw.end()
  }
}

/**
 * What the utility sends in place of a feed may be better the next time it is asked, so a malformed feed counts as a failure
 * of the utility: asked again, with back-off. One that exceeds a limit does so again.
 */
async function asUtilityFault<T>({ id }: SyncUtility, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof MalformedFeedError)) throw error
    const permanent = error instanceof FeedTooLargeError
    const what = permanent ? 'a feed that is too large' : 'not a feed'
    throw new UpstreamError(`${what}: ${error.message}`, { utilityId: id, permanent, cause: error })
  }
}

async function* alsoTo(raw: RawFeedWriter, body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const bytes of body) {
    await raw.write(bytes)
    yield bytes
  }
}
