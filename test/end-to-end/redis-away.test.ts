import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { CdsClient } from '../support/cds-client.ts'
import { afterThisFile } from '../support/clean-up.ts'
import { startGateway } from '../support/gateway.ts'
import { freshDatabase } from '../support/postgres.ts'
import { redisBackendAt } from '../support/queue-backends.ts'
import { redisServer, startRedis, type TestRedis } from '../support/redis.ts'

const QUERY = 'cds_query_accounts cds_query_usage'

describe.skipIf(!redisServer())('while Redis is away', () => {
  it('sign-ins and token requests are answered within two seconds and say so, and what they promised is done later', async () => {
    const redis = await startRedis({ stopsWithFile: false })
    // A worker stops in due order only while its Redis is there.
    let again: TestRedis | undefined
    afterThisFile(() => again?.stop())
    const { database } = await freshDatabase('redis_away')
    const queue = redisBackendAt(redis.url)
    const test = await startGateway({ database, queue, reconcileEveryMs: 500 })
    const client = await CdsClient.register(test.url, `cds_client_admin ${QUERY}`)
    const { outstanding } = await client.get('/cds/v1/messages', client.admin)
    await redis.stop()

    const begun = performance.now()
    const fields = { utility_id: 'sandbox-utilityapi', username: 'flat', password: 'flat-pass' }
    const signedIn = await fetch(outstanding[0].related_uri, {
      method: 'POST',
      body: new URLSearchParams(fields),
    })
    expect(performance.now() - begun).toBeLessThan(2_000)
    expect(signedIn.status).toBe(200)
    expect(await signedIn.text()).toContain('loading their data begins in a few minutes, by itself')

    const asked = performance.now()
    const { client_id, secret } = client.of('cds_query_usage')
    const token = await client.token(client_id, secret, { grant_type: 'client_credentials' })
    expect(performance.now() - asked).toBeLessThan(2_000)
    expect(token.status).toBe(200)
    const { grants } = await client.get(`/cds/v1/grants?grant_ids=${token.cds_grant_ids[0]}`, client.admin)
    expect(grants[0]).toMatchObject({ status: 'pending' })
    expect(Date.parse(grants[0].eta)).toBeGreaterThan(Date.now())

    again = await startRedis({ port: Number(new URL(redis.url).port), stopsWithFile: false })
    // As if a minute had passed: what moved within it is left alone.
    await sql`update sync_runs set check_at = now()`.execute(database)
    const grant = await client.settled(token.cds_grant_ids[0])
    expect(grant.status).toBe('active')
    const segments = await client.all('usage_segments', '/cds/v1/usage-segments', token.access_token)
    expect(segments.length).toBeGreaterThan(700)
  }, 90_000)
})
