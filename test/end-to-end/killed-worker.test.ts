import { readFileSync } from 'node:fs'
import path from 'node:path'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { Decimal } from '../../src/shared/decimal.ts'
import type { PostgresAddress } from '../../src/store/database.ts'
import { CdsClient, totals } from '../support/cds-client.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { databaseUrl, type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts'
import { generatedTotals } from '../support/generated-totals.ts'
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts'
import { postgresBackendIn } from '../support/queue-backends.ts'

const QUERY = 'cds_query_accounts cds_query_usage'

/** A worker process of its own, as production runs it. */
async function startWorker(test: TestGateway, database: PostgresAddress): Promise<GatewayProcess> {
  const secrets = JSON.parse(readFileSync(path.join(test.dataDir, 'secrets.json'), 'utf8'))
  const worker = startGatewayProcess('work', {
    ...test.env,
    ...secrets,
    DATABASE_URL: databaseUrl(database),
    SANDBOX: 'off',
    SANDBOX_URL: test.sandbox.url,
  })
  await worker.says(/Worker: running/)
  return worker
}

describe('a worker that is killed in the middle of a sync', () => {
  it('leaves nothing behind that a new one does not complete; nothing is doubled', async () => {
    const fresh = await freshDatabase('killed')
    const queue = await postgresBackendIn(fresh)
    const test = await startGateway({ database: fresh.database, queue, work: false })
    const client = await CdsClient.register(test.url, `cds_client_admin ${QUERY}`)
    const { outstanding } = await client.get('/cds/v1/messages', client.admin)
    const fields = { utility_id: 'sandbox-openespi', username: 'house', password: 'house-pass' }
    await fetch(outstanding[0].related_uri, { method: 'POST', body: new URLSearchParams(fields) })
    const { client_id, secret } = client.of('cds_query_usage')
    const token = await client.token(client_id, secret, { grant_type: 'client_credentials' })
    test.sandbox.setFault({ kind: 'slow', ms: 500, path: '/openespi/espi' })

    const first = await startWorker(test, fresh.address)
    await expect.poll(() => doneWindows(fresh), { timeout: 60_000 }).toBeGreaterThanOrEqual(3)
    first.child.kill('SIGKILL')
    expect(await first.ended).toBe('SIGKILL')
    const halfway = await doneWindows(fresh)
    const { grants } = await client.get(`/cds/v1/grants?grant_ids=${token.cds_grant_ids[0]}`, client.admin)
    expect(grants[0]).toMatchObject({ status: 'pending', enabled_scope: '' })
    expect(grants[0].eta).not.toBeNull()

    const second = await startWorker(test, fresh.address)
    const grant = await client.settled(token.cds_grant_ids[0])
    expect(grant.status).toBe('active')
    expect(await doneWindows(fresh)).toBeGreaterThan(halfway)
    const segments = await client.all('usage_segments', '/cds/v1/usage-segments', token.access_token)
    const found = totals(segments)
    for (const [key, sum] of Object.entries(generatedTotals(test.sandbox.territory(), 'house'))) {
      expect([key, Decimal.parse(found[key] ?? '0')?.minus(Decimal.parse(sum)!).coefficient]).toEqual([
        key,
        0n,
      ])
    }
    expect(await second.stop()).toBe(0)
  }, 120_000)
})

async function doneWindows({ database }: FreshDatabase): Promise<number> {
  const { rows } = await sql<{
    count: bigint
  }>`select count(*) from sync_windows where status = 'done'`.execute(database)
  return Number(rows[0]?.count ?? 0)
}
