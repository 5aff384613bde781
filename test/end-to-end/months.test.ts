import { describe, expect, it } from 'vitest'
import { usageSegment } from '../../src/cds/wire/usage-segment.ts'
import { Decimal } from '../../src/shared/decimal.ts'
import { localCalendar } from '../../src/shared/local-calendar.ts'
import { CdsClient, totals } from '../support/cds-client.ts'
import { startGateway } from '../support/gateway.ts'
import { generatedTotals } from '../support/generated-totals.ts'
import { freshDatabase } from '../support/postgres.ts'
import { QUEUE_BACKENDS } from '../support/queue-backends.ts'

const SCOPE =
  'cds_query_accounts cds_query_service_contracts cds_query_service_points cds_query_meter_devices cds_query_usage'

describe('a gateway with SEGMENT_LENGTH=month', () => {
  it('serves every digit that the utility generated, in no more than a segment a month and grid', async () => {
    const { database } = await freshDatabase('months')
    const backend = QUEUE_BACKENDS.find(({ available }) => available)
    if (!backend) throw new Error('no queue')
    const test = await startGateway({
      database,
      queue: await backend.open(),
      env: { SEGMENT_LENGTH: 'month' },
    })
    const client = await CdsClient.register(test.url, `cds_client_admin ${SCOPE}`)
    const { outstanding } = await client.get('/cds/v1/messages', client.admin)
    const account = { utility_id: 'sandbox-openespi', username: 'business', password: 'business-pass' }
    await fetch(outstanding[0].related_uri, { method: 'POST', body: new URLSearchParams(account) })
    const query = client.of('cds_query_usage')
    const token = await client.token(query.client_id, query.secret, { grant_type: 'client_credentials' })
    expect(await client.settled(token.cds_grant_ids[0])).toMatchObject({ status: 'active' })
    const found = await client.all('usage_segments', '/cds/v1/usage-segments', token.access_token)

    const expected = generatedTotals(test.sandbox.territory(), 'business')
    const sums = totals(found)
    expect(Object.keys(sums).sort()).toEqual(Object.keys(expected).sort())
    for (const [key, sum] of Object.entries(expected))
      expect([key, Decimal.parse(sums[key]!)!.equals(Decimal.parse(sum)!)]).toEqual([key, true])
    const { monthOf } = localCalendar('America/New_York')
    const places = found.map((one) => {
      const segment = usageSegment.parse(one)
      const [start, end] = [segment.segment_start, segment.segment_end].map((at) => Date.parse(at) / 1000)
      const interval = Number(segment.interval)
      const month = monthOf(start!)
      if (interval <= 86_400) expect(end).toBeLessThanOrEqual(month.end)
      const key = [segment.related_servicepoints, interval, start! % interval, segment.formats[0]?.type]
      return JSON.stringify([interval <= 86_400 ? month.start : start, ...key])
    })
    expect(new Set(places).size).toBe(places.length)
  })
})
