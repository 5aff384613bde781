import { toDatetime } from '../shared/clock.ts'
import { UpstreamError } from '../shared/errors.ts'
import type { UtilityProfile } from '../utility/profile.ts'
import type { UtilityAuthorization } from './stores.ts'

/** Readings from one moment to another. */
export interface FeedWindow {
  from: Date
  to: Date
}

/**
 * Where the readings of a window are: the `resourceURI` as the utility gave it, with the query parameters of FB 37. The end
 * is not after `now`: there are no readings there, and a custodian is known to answer 400.
 */
export function usageFeedUrl(
  { resourceUri }: Pick<UtilityAuthorization, 'resourceUri'>,
  { profile, window, now }: { profile: UtilityProfile; window: FeedWindow; now: Date },
): string {
  const url = batchUrl(resourceUri, profile)
  return withWindow(url, { profile, window, now }).href
}

/** The same for one usage point, ESPI `Batch/Subscription/{id}/UsagePoint/{id}`. */
export function usagePointUrl(
  { resourceUri }: Pick<UtilityAuthorization, 'resourceUri'>,
  usagePointId: string,
  { profile, window, now }: { profile: UtilityProfile; window: FeedWindow; now: Date },
): string {
  const url = batchUrl(resourceUri, profile)
  url.pathname = `${url.pathname.replace(/\/$/, '')}/UsagePoint/${encodeURIComponent(usagePointId)}`
  return withWindow(url, { profile, window, now }).href
}

/**
 * Where the reference implementation lists the usage points of a subscription, ESPI `Subscription/{id}/UsagePoint`: the
 * `resourceURI` without `/Batch`. Only for custodians whose adapter says so: nobody else's URLs are derived.
 */
export function usagePointsUrl(
  { resourceUri }: Pick<UtilityAuthorization, 'resourceUri'>,
  profile: UtilityProfile,
): string {
  const url = batchUrl(resourceUri, profile)
  url.pathname = `${url.pathname.replace('/Batch/', '/').replace(/\/$/, '')}/UsagePoint`
  return url.href
}

function batchUrl(resourceUri: string | null, profile: UtilityProfile): URL {
  const url = URL.parse(resourceUri ?? '')
  if (!url) {
    throw new UpstreamError(`${profile.id} gave no usable resourceURI`, {
      utilityId: profile.id,
      permanent: true,
    })
  }
  if (profile.quirks.resourceUriWithoutBatch && !url.pathname.includes('/Batch/')) {
    url.pathname = url.pathname.replace('/Subscription/', '/Batch/Subscription/')
  }
  return url
}

/** Whole seconds and `Z`: other forms are answered with 400 by the reference implementation and by Burlington Hydro. */
function withWindow(
  url: URL,
  { profile, window, now }: { profile: UtilityProfile; window: FeedWindow; now: Date },
): URL {
  const parameter = profile.quirks.windowParameter
  if (parameter === 'none') return url
  const to = window.to < now ? window.to : now
  url.searchParams.set(`${parameter}-min`, toDatetime(window.from))
  url.searchParams.set(`${parameter}-max`, toDatetime(to))
  return url
}
