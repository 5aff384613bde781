import { GatewayError } from '../shared/errors.ts'

/** Where in a feed: 1-based line, and the entry by its number. Never its content. */
export interface FeedPlace {
  line?: number | undefined
  entry?: number | undefined
}

/** The bytes are not an ESPI feed, or not a whole one. The same bytes fail again. */
export class MalformedFeedError extends GatewayError {
  readonly permanent = true
  readonly reason: string
  readonly line: number | undefined
  readonly entry: number | undefined

  constructor(reason: string, place: FeedPlace = {}, options?: ErrorOptions) {
    super(`${reason}${describePlace(place)}`, options)
    this.reason = reason
    this.line = place.line
    this.entry = place.entry
  }
}

/** The feed exceeds a limit: asking for it again does not make it smaller. */
export class FeedTooLargeError extends MalformedFeedError {}

function describePlace({ line, entry }: FeedPlace): string {
  const parts = [line !== undefined && `line ${line}`, entry !== undefined && `entry ${entry}`].filter(
    Boolean,
  )
  return parts.length > 0 ? ` (${parts.join(', ')})` : ''
}
