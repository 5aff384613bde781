import { beforeAll, describe, expect, it } from 'vitest'
import { usageSegment } from '../../src/cds/wire/usage-segment.ts'
import { Decimal } from '../../src/shared/decimal.ts'
import { CdsClient, totals } from '../support/cds-client.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { generatedTotals } from '../support/generated-totals.ts'
import { freshDatabase } from '../support/postgres.ts'
import { QUEUE_BACKENDS } from '../support/queue-backends.ts'

const QUERY =
  'cds_query_accounts cds_query_service_contracts cds_query_service_points cds_query_meter_devices cds_query_usage'

describe.each(QUEUE_BACKENDS)('self-access to data, jobs on $name', ({ available, open }) => {
  let test: TestGateway
  let client: CdsClient

  beforeAll(async () => {
    if (!available) return
    const { database } = await freshDatabase('self_access')
    test = await startGateway({ database, queue: await open() })
    client = await CdsClient.register(test.url, `cds_client_admin ${QUERY}`)
  })

  const sameNumber = (found: Record<string, string>, expected: Record<string, string>) => {
    expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort())
    for (const [key, sum] of Object.entries(expected)) {
      const difference = Decimal.parse(sum)!.minus(Decimal.parse(found[key]!)!)
      expect([key, difference.coefficient]).toEqual([key, 0n])
    }
  }

  it.skipIf(!available)(
    'links a customer by username and password once, and serves every digit that the utility generated',
    async () => {
      const query = client.of('cds_query_usage')
      const early = await client.token(query.client_id, query.secret, { grant_type: 'client_credentials' })
      expect(early).toMatchObject({ status: 400, error: 'unauthorized_client' })

      const { outstanding } = await client.get('/cds/v1/messages', client.admin)
      expect(outstanding[0]).toMatchObject({
        type: 'online_form_request',
        status: 'open',
        related_type: 'online_form',
      })
      const signIn = (password: string) =>
        fetch(outstanding[0].related_uri, {
          method: 'POST',
          body: new URLSearchParams({ utility_id: 'sandbox-openespi', username: 'business', password }),
        })
      expect((await signIn('wrong')).status).toBe(400)
      expect((await signIn('business-pass')).status).toBe(200)

      const token = await client.token(query.client_id, query.secret, { grant_type: 'client_credentials' })
      expect(token).toMatchObject({ status: 200, token_type: 'Bearer', scope: QUERY })
      const grant = await client.settled(token.cds_grant_ids[0])
      expect(grant).toMatchObject({ status: 'active', eta: null, enabled_scope: QUERY })

      const data = (name: string, path: string) => client.all(name, `/cds/v1/${path}`, token.access_token)
      const accounts = await data('accounts', 'accounts')
      expect(accounts.map((account) => account.account_number).sort()).toEqual([
        '00545600-1',
        '00545600-2',
        '00545600-3',
      ])
      expect(await data('service_contracts', 'service-contracts')).toHaveLength(5)
      expect(await data('service_points', 'service-points')).toHaveLength(5)
      expect(await data('meter_devices', 'meter-devices')).toHaveLength(5)

      const segments = await data('usage_segments', 'usage-segments')
      for (const segment of segments.slice(0, 50))
        expect(usageSegment.safeParse(segment).error).toBeUndefined()
      sameNumber(totals(segments), generatedTotals(test.sandbox.territory(), 'business'))
    },
  )

  it.skipIf(!available)(
    'tells the sign-in to the client in messages, and lets no secret into the log (CDS-WG1-02 §3.6)',
    async () => {
      const messages = await client.get('/cds/v1/messages', client.admin)
      const statuses = messages.unread
        .filter((each: { type: string }) => each.type === 'request_update')
        .map((each: { status: string }) => each.status)
      expect(statuses.sort()).toEqual(['complete', 'pending'])
      const log = test.lines.join('')
      for (const secret of [
        'business-pass',
        '00545600',
        'Bakery',
        client.admin,
        client.of('cds_query_usage').secret,
      ]) {
        expect(log).not.toContain(secret)
      }
      expect(log).not.toMatch(/self-access\/[A-Za-z0-9_-]{20}/)
    },
  )
})
