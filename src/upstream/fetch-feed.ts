import { request } from 'undici'
import type { Clock } from '../shared/clock.ts'
import { UpstreamError } from '../shared/errors.ts'
import type { UtilityProfile } from '../utility/profile.ts'
import { AccessRefusedError, toUpstreamError } from './errors.ts'
import { type FeedAnswer, readBody } from './feed-body.ts'
import type { FeedResponse } from './feed-response.ts'
import { checkUrl, type UtilityNetwork } from './network.ts'
import { readText } from './read-text.ts'
import { parseRetryAfter } from './retry-after.ts'

export interface FetchDeps {
  clock: Clock
  network: Pick<UtilityNetwork, 'dispatcherFor'>
}

const MOST_REDIRECTS = 3
const IDLE_MS = 120_000
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
  const deadline = new AbortController()
  const timer = setTimeout(() => deadline.abort(timedOut()), profile.limits.feedSeconds * 1000)
  timer.unref()
  const over = () => clearTimeout(timer)
  try {
    const answer = await get(profile, { url, accessToken, signal: deadline.signal }, deps)
    return await toResponse(answer, { profile, over, now: deps.clock.now() })
  } catch (error) {
    over()
    throw toUpstreamError(error, profile)
  }
}

function timedOut(): Error {
  return Object.assign(new Error('the feed took too long'), { code: 'FEED_TIMEOUT' })
}

interface Asked {
  url: string
  accessToken: string
  signal: AbortSignal
}

async function get(profile: UtilityProfile, asked: Asked, deps: FetchDeps): Promise<FeedAnswer> {
  let url = checkUrl(asked.url, profile)
  for (let redirects = 0; ; redirects++) {
    const answer = await request(url, {
      headers: {
        authorization: `Bearer ${asked.accessToken}`,
        accept: 'application/atom+xml, application/xml;q=0.9, */*;q=0.1',
        'accept-encoding': 'gzip',
      },
      dispatcher: deps.network.dispatcherFor(profile),
      signal: asked.signal,
      headersTimeout: profile.limits.feedSeconds * 1000,
      bodyTimeout: IDLE_MS,
    })
    const { location } = answer.headers
    if (!isRedirect(answer.statusCode) || typeof location !== 'string') return answer
    if (redirects === MOST_REDIRECTS) return answer
    await answer.body.dump()
    url = checkUrl(URL.parse(location, url.href)?.href ?? location, profile)
  }
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status)
}

interface AnswerContext {
  profile: UtilityProfile
  over: () => void
  now: Date
}

/** Statuses as custodians use them: 202 and "already exists" mean later, 204 means nothing there. */
async function toResponse(answer: FeedAnswer, { profile, over, now }: AnswerContext): Promise<FeedResponse> {
  const status = answer.statusCode
  if (status === 200) return { kind: 'ready', body: readBody(answer, profile, over) }

  const retryAfterMs = parseRetryAfter(answer.headers['retry-after'], now)
  const text = status === 400 ? await readText(answer.body, ERROR_BODY_BYTES) : ''
  if (status !== 400) await answer.body.dump()
  over()
  if (status === 204) return { kind: 'empty' }
  if (status === 202 || isDuplicateRequest(text))
    return { kind: 'notYet', retryAfterMs: retryAfterMs ?? NOT_YET_MS }
  if (status === 401 || status === 403) throw new AccessRefusedError(status)
  throw new UpstreamError(`${profile.id} answered ${status} to a request for data`, {
    utilityId: profile.id,
    status,
    permanent: status < 500 && status !== 429 && status !== 408,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  })
}

/** "An unprocessed batch request for the same resource already exists": certification treats this 400 as a 202. */
function isDuplicateRequest(text: string): boolean {
  return /batch request.*already exists/is.test(text)
}
