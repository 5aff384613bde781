import { defineUtility, type UtilityFacts } from '../../src/utility/profile.ts'
import { openRegistry } from '../../src/utility/registry.ts'

/** A utility at an address, as an adapter describes one. */
export function profileAt(sandbox: string, facts: Partial<UtilityFacts> = {}) {
  const profile = defineUtility({
    id: 'test-utility',
    name: 'Test Utility',
    entity: { types: ['iou'], number: '1' },
    country: 'US',
    timezone: 'America/New_York',
    currency: 'USD',
    commodities: ['electric'],
    environment: 'sandbox',
    authorizeUrl: '{sandbox}/oauth/authorize',
    tokenUrl: '{sandbox}/oauth/token',
    resourceUrl: '{sandbox}/espi/1_1/resource',
    scope: { requestable: [4, 5, 46], customerBlock: 46, parameters: [] },
    selfAccess: ['password'],
    limits: { daysOfHistory: 730 },
    ...facts,
  })
  return openRegistry([profile], [profile.id], { sandbox }).get(profile.id)
}
