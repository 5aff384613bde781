import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { withClient } from '../../src/store/pool.ts'
import { CdsClient } from '../support/cds-client.ts'
import { startGatewayProcess, temporaryFolder } from '../support/gateway-process.ts'
import { postmasterPid } from '../support/postgres-server.ts'
import { freePort } from '../support/redis.ts'

const QUERY = 'cds_query_accounts cds_query_usage'

describe('gbcds start whose PostgreSQL is killed', () => {
  it('starts it again within ten seconds with all data, and works on new jobs', async () => {
    const dataDir = temporaryFolder('start')
    const [port, sandboxPort] = [await freePort(), await freePort()]
    const start = startGatewayProcess('start', {
      DATA_DIR: dataDir,
      PORT: String(port),
      SANDBOX_PORT: String(sandboxPort),
      METRICS_PORT: '0',
    })
    await start.says(/^Gateway: /)
    const url = `http://localhost:${port}`
    const client = await CdsClient.register(url, `cds_client_admin ${QUERY}`)
    const { outstanding } = await client.get('/cds/v1/messages', client.admin)
    const clusterDir = path.join(dataDir, 'postgres')
    const readyz = async () => (await fetch(`${url}/readyz`)).status
    const listed = async () => (await client.get('/cds/v1/clients', client.admin)).clients.length
    // A backend that was just killed may answer once more before PostgreSQL ends all connections.
    const backThenWorking = async (): Promise<void> => {
      const state = async () => [await readyz(), await listed().catch(() => 'away')]
      await expect.poll(state, { timeout: 10_000, interval: 100 }).toEqual([200, client.clients.length])
    }

    process.kill(postmasterPid(clusterDir), 'SIGKILL')
    await start.says(/the embedded PostgreSQL ended; starting it again/)
    await backThenWorking()

    // One backend: PostgreSQL ends all connections, and stays.
    const address = { host: path.join(dataDir, 'socket'), port: 5432, user: 'gbcds', database: 'gbcds' }
    const pid = await withClient(address, async (admin) => {
      const { rows } = await admin.query(
        `select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid() limit 1`,
      )
      return Number(rows[0].pid)
    })
    process.kill(pid, 'SIGKILL')
    await backThenWorking()

    const fields = { utility_id: 'sandbox-openespi', username: 'house', password: 'house-pass' }
    const signedIn = await fetch(outstanding[0].related_uri, {
      method: 'POST',
      body: new URLSearchParams(fields),
    })
    expect(signedIn.status).toBe(200)
    const { client_id, secret } = client.of('cds_query_usage')
    const token = await client.token(client_id, secret, { grant_type: 'client_credentials' })
    expect((await client.settled(token.cds_grant_ids[0])).status).toBe('active')
    expect(await start.stop()).toBe(0)
  }, 120_000)
})
