import { type Dispatcher, request } from 'undici'
import { UpstreamError } from '../shared/errors.ts'
import type { UtilityProfile } from '../utility/profile.ts'
import { BodyTooLargeError, decoded, decodingsOf, UnknownCodingError } from './content-encoding.ts'
import { toUpstreamError } from './errors.ts'
import type { UtilityNetwork } from './network.ts'
import { LEAST_PACE, type LeastPace, paced, TooSlowError } from './pace.ts'

/** What every request to a utility needs. */
export interface AskDeps {
  network: Pick<UtilityNetwork, 'dispatcherFor'>
  /** How fast a body has to arrive; 1 kB/s over 30 seconds unless said otherwise. */
  pace?: LeastPace
}

export interface Question {
  url: URL
  method: 'GET' | 'POST'
  headers: Record<string, string>
  body?: string
  /** Ends the request and its body. A GatewayError as its reason becomes their error. */
  signal: AbortSignal | undefined
  headersTimeout?: number
}

/** What a utility answered. Its body is consumed in one of three ways; errors of the connection come out of that way alone. */
export interface Answer {
  status: number
  headers: Dispatcher.ResponseData['headers']
  /** The body as it arrives, decompressed. Too many bytes (`limit` names what says so) are a permanent UpstreamError. */
  stream(maxBytes: number, limit: string): AsyncGenerator<Uint8Array>
  /** The body as text, decompressed. */
  text(maxBytes: number): Promise<string>
  /** The body is not wanted. Never fails. */
  discard(): Promise<void>
}

const IDLE_MS = 120_000
const DISCARD = { bytes: 64 * 1024, ms: 5_000 }

/**
 * One request to a utility. It is the only place that opens a body of a utility, and everything that can go wrong with one, before
 * or after it is consumed, becomes an UpstreamError for the one who consumes it, or nothing.
 */
export async function askUtility(
  profile: UtilityProfile,
  { url, signal, ...question }: Question,
  { network, pace = LEAST_PACE }: AskDeps,
): Promise<Answer> {
  const fail = (error: unknown) => toUpstreamError(signal?.aborted ? signal.reason : error, profile)
  if (signal?.aborted) throw fail(signal.reason)
  const { statusCode, headers, body } = await request(url, {
    ...question,
    dispatcher: network.dispatcherFor(profile),
    signal: signal ?? null,
    bodyTimeout: IDLE_MS,
  }).catch((error) => {
    throw fail(error)
  })
  // A body may break before anybody reads it, after the reader has left, or while it is thrown away.
  body.on('error', () => {})

  const read = async function* (maxBytes: number): AsyncGenerator<Uint8Array> {
    try {
      yield* decoded(paced(body, pace), decodingsOf(headers['content-encoding']), maxBytes)
    } finally {
      body.destroy()
    }
  }
  return {
    status: statusCode,
    headers,
    async *stream(maxBytes, limit) {
      try {
        yield* read(maxBytes)
      } catch (error) {
        throw bodyFault(error, profile, limit) ?? fail(error)
      }
    },
    async text(maxBytes) {
      try {
        return await textOf(read(maxBytes))
      } catch (error) {
        throw bodyFault(error, profile) ?? fail(error)
      }
    },
    discard: () => discard(body),
  }
}

async function discard(body: Dispatcher.ResponseData['body']): Promise<void> {
  const signal = AbortSignal.timeout(DISCARD.ms)
  // What is left of an answer that nobody reads cannot be a fault of anything.
  await body.dump({ limit: DISCARD.bytes, signal }).catch(() => {})
}

async function textOf(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const read: Uint8Array[] = []
  for await (const piece of pieces) read.push(piece)
  return Buffer.concat(read).toString('utf8')
}

/** What is wrong with a body that arrives. */
function bodyFault(error: unknown, { id }: UtilityProfile, limit?: string): UpstreamError | undefined {
  if (error instanceof UnknownCodingError) {
    const message = `an answer of ${id} is in a Content-Encoding that is not known: ${error.coding}`
    return new UpstreamError(message, { utilityId: id, permanent: true })
  }
  if (error instanceof TooSlowError) return new UpstreamError(`${id} sends too slowly`, { utilityId: id })
  if (!(error instanceof BodyTooLargeError)) return undefined
  const what = limit ?? 'anything of its kind'
  return new UpstreamError(`an answer of ${id} is larger than ${what}`, {
    utilityId: id,
    permanent: limit !== undefined,
  })
}
