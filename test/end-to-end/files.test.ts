import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { Decimal } from '../../src/shared/decimal.ts'
import { CdsClient, totals } from '../support/cds-client.ts'
import { afterThisFile } from '../support/clean-up.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { freshDatabase } from '../support/postgres.ts'
import { QUEUE_BACKENDS } from '../support/queue-backends.ts'
import { sharedPath } from '../support/shared.ts'

const FILES = ['dtesdk__1hrLP_32Days', 'gbengine__EGD_Gas_EnergyUsage_20221225_20241225'] as const
const found = FILES.map((name) => sharedPath(`corpus/${name}.xml`))
const OWN = path.join(import.meta.dirname, '../fixtures/espi')
const QUERY = 'cds_query_accounts cds_query_service_contracts cds_query_usage'

describe.each(['sandbox-utilityapi', 'sandbox-openespi'])(
  'files that the sandbox serves arrive at the API, through %s',
  (utility) => {
    let test: TestGateway
    let client: CdsClient

    beforeAll(async () => {
      const files = mkdtempSync(path.join(tmpdir(), 'gbcds-files-'))
      afterThisFile(() => rmSync(files, { recursive: true, force: true }))
      copyFileSync(path.join(OWN, 'solar-usage.xml'), path.join(files, 'own.xml'))
      copyFileSync(path.join(OWN, 'solar-customer.xml'), path.join(files, 'own.customer.xml'))
      for (const [index, file] of found.entries()) {
        if (file) copyFileSync(file, path.join(files, `${FILES[index]}.xml`))
      }
      const { database } = await freshDatabase(utility.replace('-', '_'))
      test = await startGateway({ database, queue: await QUEUE_BACKENDS[0]!.open(), files })
    })

    /** Registers, signs in as the file, and reads its usage. */
    async function usageOf(name: string) {
      client = await CdsClient.register(test.url, `cds_client_admin ${QUERY}`)
      const { outstanding } = await client.get('/cds/v1/messages', client.admin)
      const fields = { utility_id: utility, username: name, password: 'files' }
      const answer = await fetch(outstanding[0].related_uri, {
        method: 'POST',
        body: new URLSearchParams(fields),
      })
      expect(answer.status).toBe(200)
      const { client_id, secret } = client.of('cds_query_usage')
      const token = await client.token(client_id, secret, { grant_type: 'client_credentials' })
      const grant = await client.settled(token.cds_grant_ids[0])
      expect(['active', 'partial']).toContain(grant.status)
      return client.all('usage_segments', '/cds/v1/usage-segments', token.access_token)
    }

    it('our own solar house, usage and customer feed', async () => {
      const found = totals(await usageOf('own'))
      expect(found).toEqual({
        'electric_usage forward kWh': '0.307',
        'electric_usage reverse kWh': '-0.020',
        cost: '0.01250',
      })
    })

    it.skipIf(!found[0])('an hour of electricity a value for 32 days: 1hrLP_32Days', async () => {
      const segments = await usageOf(FILES[0])
      const sums = totals(segments)
      const [key, sum] = Object.entries(sums).find(([name]) => name.startsWith('electric_usage')) ?? []
      expect([key, sum]).toEqual([key, EXPECTED.electric])
    })

    it.skipIf(!found[1])('two years of gas in cubic metres: Enbridge', async () => {
      const sums = totals(await usageOf(FILES[1]))
      const volume = Decimal.parse(
        sums['espi_natural_gas_volume m3'] ?? sums['espi_natural_gas_volume forward m3'] ?? '',
      )
      expect(volume?.toString()).toBe(EXPECTED.gas)
    })
  },
)

/** Summed from the files by hand: `value × 10^powerOfTenMultiplier` of the delta readings. */
const EXPECTED = { electric: '2354.843', gas: '999.000' }
