import { Router } from 'express'
import { z } from 'zod'
import { toDatetime } from '../../shared/clock.ts'
import type { CoverageEntry, capabilityRoles, commodityTypes } from '../wire/coverage.ts'
import { parseQuery } from './parse-query.ts'
import { list } from './query.ts'

/** What a coverage entry says of an enabled utility. */
export interface CoveredUtility {
  id: string
  name: string
  abbreviation: string | null
  country: string
  commodities: readonly (keyof typeof COMMODITIES)[]
}

export interface CoverageDeps {
  listUtilities(): readonly CoveredUtility[]
  role: (typeof capabilityRoles)[number]
  settings: { created: Date; updated: Date }
}

const COMMODITIES = {
  electric: 'electricity',
  natural_gas: 'natural_gas',
  water: 'water',
} as const satisfies Record<string, (typeof commodityTypes)[number]>

const query = z.object({ ids: list })

/**
 * CDS-WG1-01 §4 #coverage-endpoint: one entry for each enabled utility, all on one page. All were updated together, so their order
 * is free (§4.1).
 */
export function coverageRoutes(deps: CoverageDeps): Router {
  const router = Router()
  router.get('/coverage', (request, response) => {
    const { ids } = parseQuery(query, request.query)
    const utilities = deps.listUtilities().filter(({ id }) => !ids || ids.includes(id))
    const coverage_entries = utilities.map((utility) => toCoverageEntry(utility, deps))
    response
      .set('Cache-Control', 'public, max-age=300')
      .json({ coverage_entries, next: null, previous: null })
  })
  return router
}

/** CDS-WG1-01 §4.3 #coverage-entry-format. Without a map or geometry an entry is `logical`. */
function toCoverageEntry(utility: CoveredUtility, { role, settings }: CoverageDeps): CoverageEntry {
  return {
    id: utility.id,
    created: toDatetime(settings.created),
    updated: toDatetime(settings.updated),
    entity_name: utility.name,
    entity_abbreviation: utility.abbreviation,
    country: utility.country,
    name: `Customers of ${utility.name}`,
    type: 'logical',
    role,
    infrastructure_types: ['distribution_utility'],
    commodity_types: utility.commodities.map((commodity) => COMMODITIES[commodity]),
    capabilities: ['oauth'],
  }
}
