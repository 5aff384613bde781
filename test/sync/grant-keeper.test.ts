import { describe, expect, it } from 'vitest'
import { newGrant } from '../../src/oauth/new-grant.ts'
import type { AuthorizationDetail, Grant } from '../../src/oauth/stores.ts'
import { newId } from '../../src/shared/ids.ts'
import { type GrantKeeperDeps, grantKeeper } from '../../src/sync/grant-keeper.ts'

const now = new Date('2026-03-01T12:00:00Z')
const ID = newId('utilityAuthorization')

/** What grants with these details want of the authorization. */
function wanted(details: readonly AuthorizationDetail[], status: Grant['status'] = 'active') {
  const grants = details.map((detail) => ({
    ...newGrant({
      grantId: newId('grant'),
      clientId: newId('client'),
      scope: detail.type,
      authorizationDetails: [detail],
      utilityAuthorizationIds: [ID],
      selection: 'all',
      created: now,
    }),
    status,
  }))
  const deps = {
    grants: { listByUtilityAuthorizations: async () => grants },
    listLinked: async () => [],
  }
  return grantKeeper(deps as unknown as GrantKeeperDeps).wanted(ID, now)
}

const bills = (details: Record<string, string>) => ({ type: 'cds_bill_statements', ...details })

describe('what grants want of an authorization', () => {
  it('is usage from segment_start (CDS-WG3-01 §7.3.6)', async () => {
    expect(await wanted([{ type: 'cds_usage', segment_start: '2026-01-01T00:00:00Z' }])).toMatchObject({
      usageFrom: new Date('2026-01-01T00:00:00Z'),
      bills: false,
    })
  })

  it('is bills from the billing period before statement_date_start (§7.3.2)', async () => {
    expect(await wanted([bills({ statement_date_start: '2026-01-01' })])).toMatchObject({
      usageFrom: new Date('2025-09-23T00:00:00Z'),
      bills: true,
    })
    expect(await wanted([bills({ statement_date_start: 'infinite' })])).toMatchObject({ usageFrom: 'all' })
  })

  it('is the furthest of all grants, and all of it where one wants all', async () => {
    const usage = { type: 'cds_usage', segment_start: '2026-02-01T00:00:00Z' }
    const service = { type: 'cds_service_bills', start_date: '2025-12-01' }
    expect(await wanted([usage, service])).toMatchObject({ usageFrom: new Date('2025-12-01'), bills: true })
    const all = { type: 'cds_usage', segment_start: 'infinite' }
    expect(await wanted([usage, all, service])).toMatchObject({ usageFrom: 'all' })
  })

  it('is nothing of the past where only customer data was granted', async () => {
    expect(await wanted([{ type: 'cds_rate_plan', sync_until: '2026-12-31T00:00:00Z' }])).toEqual({
      usageFrom: undefined,
      bills: false,
      ongoing: true,
    })
  })

  it('goes on until the last end; of bills for weeks more, since they come late', async () => {
    const ended = { segment_start: '2025-01-01T00:00:00Z', segment_end: '2026-02-20T00:00:00Z' }
    expect(await wanted([{ type: 'cds_usage', ...ended }])).toMatchObject({ ongoing: false })
    expect(await wanted([{ type: 'cds_usage', ...ended }], 'delayed')).toMatchObject({ ongoing: true })
    const until = (statement_date_end: string) =>
      wanted([bills({ statement_date_start: '2025-01-01', statement_date_end })])
    expect(await until('2026-02-20')).toMatchObject({ ongoing: true })
    expect(await until('2026-01-10')).toMatchObject({ ongoing: false })
    expect(await until('infinite')).toMatchObject({ ongoing: true })
  })
})
