import { toCanonical } from '../../espi/canonical/canonical-feed.ts'
import { compareFeeds } from '../../espi/canonical/compare.ts'
import type { Fact } from '../../espi/canonical/fact.ts'
import type { EspiFeed } from '../../espi/model.ts'
import { readFeed } from '../../espi/read-feed.ts'
import { localCalendar } from '../../shared/local-calendar.ts'
import { toEspiFeed } from '../to-espi/to-feed.ts'
import { Unsaid, type UnsaidLine } from '../to-espi/unsaid.ts'
import { translateFeed } from '../translate-feed.ts'
import type { TranslateContext, Translated } from '../translated.ts'
import { explain } from './explain.ts'

/** What became of the facts of a feed on the way to CDS and back. */
export interface Proof {
  facts: number
  cameBack: number
  /** Did not come back, and a refusal tells so. */
  refused: Fact[]
  /** Did not come back, and nobody tells so: a fault of the translation. */
  lost: Fact[]
  /** Came back and was never there: a fault of the translation. */
  added: Fact[]
  /** What the way back could not say. */
  unsaid: UnsaidLine[]
  translated: Translated
  /** The feed that was written. */
  written: EspiFeed
}

/**
 * Feeds become CDS objects, these an ESPI feed again, and both feeds are compared by what they say. Everything that is missing must
 * be told by a refusal.
 */
export async function proveRoundTrip(feeds: readonly EspiFeed[], context: TranslateContext): Promise<Proof> {
  return await proveTranslation(feeds, translateFeed(feeds, context), context)
}

/** The same for a translation that is there already. */
export async function proveTranslation(
  feeds: readonly EspiFeed[],
  translated: Translated,
  context: TranslateContext,
): Promise<Proof> {
  const unsaid = new Unsaid()
  const updated = Math.max(0, ...feeds.flatMap(({ entries }) => entries.map((entry) => entry.updated)))
  const calendar = localCalendar(context.timezone)
  const text = toEspiFeed(translated, { calendar, unsaid, updated: new Date(updated).toISOString() })
  const written = await readFeed(bytesOf(text))
  const { currency = '' } = context
  const difference = compareFeeds(toCanonical(feeds, { currency }), toCanonical([written], { currency }))
  const { refused, lost } = explain(difference.missing, translated.refused)
  const cameBack = difference.facts - difference.missing.length
  const { facts, added } = difference
  return { facts, cameBack, refused, lost, added, unsaid: unsaid.toList(), translated, written }
}

async function* bytesOf(pieces: Iterable<string>): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece)
}
