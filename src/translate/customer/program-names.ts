import { childrenOf, findInteger, findText } from '../../espi/elements.ts'
import type { Element } from '../../espi/model.ts'
import type { UsagePoint } from '../../espi/resolved.ts'

/** What a custodian calls its codes of times of use, critical peaks and consumption tiers. */
export type ProgramNames = Readonly<Record<'tou' | 'cpp' | 'consumptionTier', ReadonlyMap<number, string>>>

/** The names in the ProgramIdMappings of a usage point. A code with two names has none: nobody can say which one counts. */
export function programNamesOf({ programMappings }: UsagePoint): ProgramNames {
  const mappings = programMappings.flatMap(({ element }) => childrenOf(element, 'programIdMapping'))
  return {
    tou: namesOf(mappings, 'tou'),
    cpp: namesOf(mappings, 'cpp'),
    consumptionTier: namesOf(mappings, 'consumptiontier'),
  }
}

function namesOf(mappings: readonly Element[], kind: string): ReadonlyMap<number, string> {
  const names = new Map<number, Set<string>>()
  for (const mapping of mappings) {
    if (findText(mapping, 'tOUorCPPorConsumptionTier')?.toLowerCase() !== kind) continue
    const code = findInteger(mapping, 'code')
    const name = findText(mapping, 'name')
    if (code !== undefined && name !== undefined) names.set(code, (names.get(code) ?? new Set()).add(name))
  }
  return new Map([...names].flatMap(([code, [name, another]]) => (name && !another ? [[code, name]] : [])))
}
