import { describe, expect, it } from 'vitest'
import { entityTypes } from '../../src/cds/wire/entity.ts'
import { defineUtility, type UtilityFacts } from '../../src/utility/profile.ts'

const facts: UtilityFacts = {
  id: 'coastal-power',
  name: 'Coastal Power & Light',
  entity: { types: ['iou'], number: '7' },
  country: 'US',
  timezone: 'America/New_York',
  currency: 'USD',
  commodities: ['electric'],
  environment: 'production',
  authorizeUrl: 'https://greenbutton.coastal.example/oauth/authorize',
  tokenUrl: 'https://greenbutton.coastal.example/oauth/token',
  resourceUrl: 'https://greenbutton.coastal.example/espi/1_1/resource',
  scope: { requestable: [4, 5, 46], customerBlock: 46, parameters: [] },
  selfAccess: [],
  limits: { daysOfHistory: 730 },
}

describe('defineUtility', () => {
  it('fills in the ESPI behaviour for everything the adapter does not name', () => {
    const profile = defineUtility(facts)
    expect(profile.quirks).toEqual({
      refreshScope: 'granted',
      windowParameter: 'published',
      windowLeavesOutContext: false,
      resourceUriWithoutBatch: false,
      customerUriFromSubscription: false,
    })
    expect(profile.limits).toEqual({
      requestsPerMinute: 30,
      daysPerRequest: 31,
      daysOfHistory: 730,
      feedBytes: 536_870_912,
      feedSeconds: 1200,
    })
    expect(profile).toMatchObject({ clientAuth: 'basic', hosts: [], abbreviation: null, testAccounts: [] })
  })

  it('names the adapter file and the misspelt quirk', () => {
    const quirks = { windowParametre: 'updated' } as UtilityFacts['quirks']
    expect(() => defineUtility({ ...facts, ...(quirks && { quirks }) })).toThrow(
      /adapters\/coastal-power\.ts is wrong:\n {2}quirks: .*"windowParametre"/,
    )
  })

  it('names every fault at once', () => {
    const wrong: UtilityFacts = { ...facts, timezone: 'EST', currency: 'usd', tokenUrl: 'oauth/token' }
    expect(() => defineUtility(wrong)).toThrow(/timezone: .*\n {2}currency: .*\n {2}tokenUrl: /)
  })

  it.each([
    ['http://greenbutton.coastal.example/oauth/token', 'environment'],
    ['{sandbox}/oauth/token', 'environment'],
    ['https://user@greenbutton.coastal.example/token', 'tokenUrl'],
    ['ftp://greenbutton.coastal.example/token', 'tokenUrl'],
    ['{sandbox}.example.com/token', 'tokenUrl'],
  ])('refuses %s as the token URL of a production utility', (tokenUrl, field) => {
    expect(() => defineUtility({ ...facts, tokenUrl })).toThrow(`${field}: `)
  })

  it('refuses a utility whose customer block may not be asked for', () => {
    expect(() => defineUtility({ ...facts, scope: { ...facts.scope, requestable: [4, 5] } })).toThrow(
      'scope.requestable: add the customerBlock',
    )
  })

  it('refuses refreshScope "literal" without a literal', () => {
    expect(() => defineUtility({ ...facts, quirks: { refreshScope: 'literal' } })).toThrow(
      'quirks.refreshScope: ',
    )
  })

  it('knows the entity types of CDS-WG3-01 §10.1.5 #entity-types, all of them', () => {
    const types = [...entityTypes]
    expect(defineUtility({ ...facts, entity: { types, number: '7' } }).entity.types).toEqual(types)
  })
})
