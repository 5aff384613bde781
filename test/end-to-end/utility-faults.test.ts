import { beforeAll, describe, expect, it } from 'vitest'
import type { FaultInput } from '../../src/sandbox/faults.ts'
import { CdsClient } from '../support/cds-client.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { freshDatabase } from '../support/postgres.ts'
import { postgresBackendIn } from '../support/queue-backends.ts'

const QUERY = 'cds_query_accounts cds_query_usage'

describe('what a utility may answer', () => {
  let test: TestGateway

  beforeAll(async () => {
    const fresh = await freshDatabase('faults')
    test = await startGateway({ database: fresh.database, queue: await postgresBackendIn(fresh) })
  })

  /** A flat's owner signs in, the fault begins, and the grant settles. */
  async function settleWith(fault: FaultInput | undefined) {
    const client = await CdsClient.register(test.url, `cds_client_admin ${QUERY}`)
    const { outstanding } = await client.get('/cds/v1/messages', client.admin)
    if (fault) test.sandbox.setFault(fault)
    const fields = { utility_id: 'sandbox-utilityapi', username: 'flat', password: 'flat-pass' }
    const signedIn = await fetch(outstanding[0].related_uri, {
      method: 'POST',
      body: new URLSearchParams(fields),
    })
    expect(signedIn.status).toBe(200)
    const { client_id, secret } = client.of('cds_query_usage')
    const token = await client.token(client_id, secret, { grant_type: 'client_credentials' })
    const grant = await client.settled(token.cds_grant_ids[0])
    test.sandbox.clearFaults()
    const segments = await client.all('usage_segments', '/cds/v1/usage-segments', token.access_token)
    return { status: grant.status, segments: segments.length }
  }

  const path = '/DataCustodian/espi'
  it.each<[string, FaultInput]>([
    ['a web page in place of a feed', { kind: 'garbage', body: 'html', path, times: 2 }],
    ['garbage in place of a feed', { kind: 'garbage', body: 'not-xml', path, times: 2 }],
    ['a feed that is cut', { kind: 'cut', afterBytes: 3000, path, times: 2 }],
    ['429 with Retry-After', { kind: 'too-many-requests', retryAfterSeconds: 1, path, times: 2 }],
    ['503', { kind: 'status', status: 503, path, times: 2 }],
    ['202 first, then the feed', { kind: 'not-ready', retryAfterSeconds: 1, path, times: 2 }],
    ['403 to a token that is merely old', { kind: 'status', status: 403, path, times: 1 }],
  ])('%s: asked again, and the data is whole', async (_name, fault) => {
    const { status, segments } = await settleWith(fault)
    expect(status).toBe('active')
    expect(segments).toBeGreaterThan(700)
  })

  it('a feed that never becomes one: the grant is delayed, the reason is kept without any content, the server goes on', async () => {
    const { status, segments } = await settleWith({ kind: 'garbage', body: 'html', path })
    expect(status).toBe('delayed')
    expect(segments).toBe(0)
    const log = test.lines.filter((line) => line.includes('job failed')).join('')
    expect(log).toContain('not a feed')
    expect(log).not.toContain('<html')
    expect((await fetch(`${test.url}/healthz`)).status).toBe(200)
  })
})
