import { type Item, Kin, type LinkRule } from './kin.ts'

type Links = Pick<Item, 'self' | 'up' | 'related'>

/** By which rule a resource hangs on the parent it was given; `kind` is the parent's element name. */
export function explainLink(child: Links, parent: Pick<Links, 'self' | 'related'>, kind: string): LinkRule {
  return new Kin([parent], kind).find(child)?.rule ?? 'the only candidate'
}
