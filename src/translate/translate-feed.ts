import type { EspiFeed } from '../espi/model.ts'
import type { TranslateContext, Translated } from './translated.ts'

/**
 * One feed, or a usage feed and a customer feed together, become CDS objects (CDS-WG3-01 §10). Pure: what cannot be
 * translated is in `refused`, everything else goes through.
 */
export function translateFeed(_feeds: EspiFeed | readonly EspiFeed[], _context: TranslateContext): Translated {
  throw new Error('not yet')
}
