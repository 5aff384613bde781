import { defineUtility } from '../src/utility/profile.ts'

/** The gateway's own sandbox, as the OpenESPI reference implementation speaks. Notes: docs/utilities/sandbox-openespi.md */
export const sandboxOpenespi = defineUtility({
  id: 'sandbox-openespi',
  name: 'Sandbox Power',
  abbreviation: 'SBX',
  entity: { types: ['distributor', 'supplier'], number: 'sandbox-openespi' },
  country: 'US',
  timezone: 'America/New_York',
  currency: 'USD',
  commodities: ['electric', 'natural_gas', 'water'],
  environment: 'sandbox',

  authorizeUrl: '{sandbox}/openespi/oauth/authorize',
  tokenUrl: '{sandbox}/openespi/oauth/token',
  resourceUrl: '{sandbox}/openespi/espi/1_1/resource',
  scope: {
    // Any other block in a request is answered with invalid_scope.
    requestable: [1, 3, 4, 5, 6, 8, 10, 11, 13, 15, 16, 28, 31, 32, 37, 39, 46],
    customerBlock: 46,
    parameters: ['HistoryLength'],
    // Every scope string of the reference implementation carries these two.
    constants: { IntervalDuration: '900_3600', BlockDuration: 'monthly' },
  },
  selfAccess: ['password', 'authorization_code'],
  limits: { requestsPerMinute: 600, daysPerRequest: 92, daysOfHistory: 730 },

  quirks: {
    // As OpenESPI's ExportFilter: entries are compared by their own dates, so a window of readings holds orphan blocks.
    // 2026-11-21, test/sandbox (window filter of the openespi dialect).
    windowLeavesOutContext: true,
  },

  testAccounts: [
    { username: 'house', password: 'house-pass', description: 'a house, electricity every 15 minutes' },
    { username: 'solar', password: 'solar-pass', description: 'a house with solar panels' },
    { username: 'flat', password: 'flat-pass', description: 'a flat, daily gas' },
    { username: 'farm', password: 'farm-pass', description: 'a farm, water and electricity' },
    { username: 'business', password: 'business-pass', description: 'three accounts, five meters' },
  ],
})
