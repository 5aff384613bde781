import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { Dispatcher } from 'undici'
import { UpstreamError } from '../shared/errors.ts'
import type { UtilityProfile } from '../utility/profile.ts'
import { toUpstreamError } from './errors.ts'

export type FeedAnswer = Dispatcher.ResponseData

/**
 * The body of a feed, decompressed, as it arrives. A cut connection, a silence, too many bytes or too long a time end it
 * with an UpstreamError: a feed that was not read to its end is never taken for a short one.
 */
export async function* readBody(
  answer: FeedAnswer,
  profile: UtilityProfile,
  over: () => void,
): AsyncGenerator<Uint8Array> {
  let bytes = 0
  const stream = decompress(answer)
  try {
    if (!stream) throw unusable(profile, 'is in an encoding we did not ask for')
    for await (const piece of stream) {
      bytes += piece.length
      if (bytes > profile.limits.feedBytes) throw unusable(profile, 'is larger than limits.feedBytes')
      yield piece
    }
  } catch (error) {
    throw toUpstreamError(error, profile)
  } finally {
    over()
    stream?.destroy()
    answer.body.destroy()
  }
}

function decompress({ headers, body }: FeedAnswer): Readable | undefined {
  const encoding = headers['content-encoding'] ?? 'identity'
  if (encoding === 'identity') return body
  if (encoding !== 'gzip' && encoding !== 'x-gzip') return undefined
  // The pipeline hands an error of the connection on to the reader, and closes the connection when the reader stops.
  return pipeline(body, createGunzip(), () => {})
}

function unusable({ id }: UtilityProfile, why: string): UpstreamError {
  return new UpstreamError(`a feed of ${id} ${why}`, { utilityId: id, permanent: true })
}
