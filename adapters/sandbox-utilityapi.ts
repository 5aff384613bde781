import { defineUtility } from '../src/utility/profile.ts'

/** The gateway's own sandbox, as utilities hosted by UtilityAPI speak. Notes: docs/utilities/sandbox-utilityapi.md */
export const sandboxUtilityapi = defineUtility({
  id: 'sandbox-utilityapi',
  name: 'Sandbox Energy',
  abbreviation: 'SBE',
  entity: { types: ['distributor', 'supplier'], number: 'sandbox-utilityapi' },
  country: 'US',
  timezone: 'America/New_York',
  currency: 'USD',
  commodities: ['electric', 'natural_gas', 'water'],
  environment: 'sandbox',

  authorizeUrl: '{sandbox}/DataCustodian/sandbox/oauth/authorize',
  tokenUrl: '{sandbox}/DataCustodian/sandbox/oauth/token',
  resourceUrl: '{sandbox}/DataCustodian/espi/1_1/resource',
  scope: {
    // Every other block of a request is ignored; the final string lists them all.
    requestable: [4, 16, 46, 51],
    customerBlock: 51,
    parameters: ['HistoryLength', 'PreferredAuthEndDate', 'AdditionalScope'],
  },
  selfAccess: ['password', 'authorization_code'],
  limits: { requestsPerMinute: 600, daysPerRequest: 92, daysOfHistory: 730 },

  quirks: {
    // resourceURI comes as …/Subscription/{id}; only …/Batch/Subscription/{id} holds the readings.
    // Read in UtilityAPI's Green Button documentation, 2026-11; served so by src/sandbox.
    resourceUriWithoutBatch: true,
  },

  testAccounts: [
    { username: 'house', password: 'house-pass', description: 'a house, electricity every 15 minutes' },
    { username: 'solar', password: 'solar-pass', description: 'a house with solar panels' },
    { username: 'flat', password: 'flat-pass', description: 'a flat, daily gas' },
    { username: 'farm', password: 'farm-pass', description: 'a farm, water and electricity' },
    { username: 'business', password: 'business-pass', description: 'three accounts, five meters' },
  ],
})
