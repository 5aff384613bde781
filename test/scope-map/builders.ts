import type { ScopeRequest } from '../../src/scope-map/scope-request.ts'
import { defineUtility, type UtilityFacts, type UtilityProfile } from '../../src/utility/profile.ts'

export const now = new Date('2026-03-01T12:00:00Z')

/** A utility that lets every block and parameter be asked for, but for what a test says. */
export function utility(scope: Partial<UtilityFacts['scope']> = {}): UtilityProfile {
  return defineUtility({
    id: 'coastal-power',
    name: 'Coastal Power & Light',
    entity: { types: ['iou'], number: '7' },
    country: 'US',
    timezone: 'America/New_York',
    currency: 'USD',
    commodities: ['electric', 'natural_gas'],
    environment: 'production',
    authorizeUrl: 'https://greenbutton.coastal.example/oauth/authorize',
    tokenUrl: 'https://greenbutton.coastal.example/oauth/token',
    resourceUrl: 'https://greenbutton.coastal.example/espi/1_1/resource',
    scope: {
      requestable: [1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 16, 17, 27, 28, 37, 46],
      customerBlock: 46,
      parameters: ['HistoryLength', 'PreferredAuthEndDate', 'AdditionalScope'],
      ...scope,
    },
    selfAccess: [],
    limits: { daysOfHistory: 730 },
  })
}

export function ask(type: string, details: Record<string, unknown> = {}): ScopeRequest {
  return { type, details }
}
