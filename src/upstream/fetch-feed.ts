import type { Clock } from '../shared/clock.ts'
import { UpstreamError } from '../shared/errors.ts'
import type { UtilityProfile } from '../utility/profile.ts'
import { type Answer, type AskDeps, askUtility } from './ask-utility.ts'
import { AccessRefusedError } from './errors.ts'
import type { FeedResponse } from './feed-response.ts'
import { checkUrl } from './network.ts'
import { parseRetryAfter } from './retry-after.ts'

export interface FetchDeps extends AskDeps {
  clock: Clock
  /** The caller's time budget: when it aborts, the request and the body end with its reason, or with an UpstreamError. */
  signal?: AbortSignal
}

const MOST_REDIRECTS = 3
/** Spec silent: where a 202 names no time, we ask again after five minutes. */
const NOT_YET_MS = 5 * 60_000
const ERROR_BODY_BYTES = 16 * 1024

/**
 * One GET of a utility's resource. The token goes only to hosts that the adapter allows, after redirects too. Throws
 * AccessRefusedError on 401 and 403, UpstreamError on everything else that is no answer.
 */
export async function fetchFeed(
  profile: UtilityProfile,
  { url, accessToken }: { url: string; accessToken: string },
  deps: FetchDeps,
): Promise<FeedResponse> {
  const budget = openBudget(profile, deps.signal)
  try {
    const answer = await get(profile, { url, accessToken, signal: budget.signal }, deps)
    if (answer.status === 200) return { kind: 'ready', body: feedOf(answer, profile, budget) }
    const response = await toResponse(answer, profile, deps.clock.now())
    budget.close()
    return response
  } catch (error) {
    budget.close()
    throw error
  }
}

interface Budget {
  signal: AbortSignal
  close(): void
}

/** The time a feed may take: `limits.feedSeconds`, or less if the caller has less. */
function openBudget({ id, limits }: UtilityProfile, given: AbortSignal | undefined): Budget {
  const deadline = new AbortController()
  const reason = new UpstreamError(`${id} took longer than limits.feedSeconds (FEED_TIMEOUT)`, {
    utilityId: id,
  })
  const timer = setTimeout(() => deadline.abort(reason), limits.feedSeconds * 1000)
  timer.unref()
  return {
    signal: given ? AbortSignal.any([deadline.signal, given]) : deadline.signal,
    close: () => clearTimeout(timer),
  }
}

/** A feed that was not read to its end is never taken for a short one: whatever cuts it is an UpstreamError. */
async function* feedOf(
  answer: Answer,
  { limits }: UtilityProfile,
  budget: Budget,
): AsyncGenerator<Uint8Array> {
  try {
    yield* answer.stream(limits.feedBytes, 'limits.feedBytes')
  } finally {
    budget.close()
  }
}

interface Asked {
  url: string
  accessToken: string
  signal: AbortSignal
}

async function get(profile: UtilityProfile, asked: Asked, deps: FetchDeps): Promise<Answer> {
  let url = checkUrl(asked.url, profile)
  for (let redirects = 0; ; redirects++) {
    const headers = {
      authorization: `Bearer ${asked.accessToken}`,
      accept: 'application/atom+xml, application/xml;q=0.9, */*;q=0.1',
      'accept-encoding': 'gzip',
    }
    const headersTimeout = profile.limits.feedSeconds * 1000
    const question = { url, method: 'GET', headers, signal: asked.signal, headersTimeout } as const
    const answer = await askUtility(profile, question, deps)
    const { location } = answer.headers
    if (!isRedirect(answer.status) || typeof location !== 'string') return answer
    if (redirects === MOST_REDIRECTS) return answer
    await answer.discard()
    url = checkUrl(URL.parse(location, url.href)?.href ?? location, profile)
  }
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status)
}

/** Statuses as custodians use them: 202 and "already exists" mean later, 204 means nothing there. */
async function toResponse(answer: Answer, profile: UtilityProfile, now: Date): Promise<FeedResponse> {
  const { status } = answer
  const retryAfterMs = parseRetryAfter(answer.headers['retry-after'], now)
  const isLater = status === 202 || (status === 400 && (await isDuplicateRequest(answer)))
  if (status !== 400) await answer.discard()
  if (status === 204) return { kind: 'empty' }
  if (isLater) return { kind: 'notYet', retryAfterMs: retryAfterMs ?? NOT_YET_MS }
  if (status === 401 || status === 403) throw new AccessRefusedError(status)
  throw new UpstreamError(`${profile.id} answered ${status} to a request for data`, {
    utilityId: profile.id,
    status,
    permanent: status < 500 && status !== 429 && status !== 408,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  })
}

/**
 * "An unprocessed batch request for the same resource already exists": certification treats this 400 as a 202. What cannot be
 * read of an error's body says nothing.
 */
async function isDuplicateRequest(answer: Answer): Promise<boolean> {
  const text = await answer.text(ERROR_BODY_BYTES).catch(() => '')
  return /batch request.*already exists/is.test(text)
}
