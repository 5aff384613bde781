import { expect, it } from 'vitest'
import { toDatetime } from '../../src/shared/clock.ts'
import { firstMigratedAt } from '../../src/store/database.ts'
import { startGateway } from '../support/gateway.ts'
import { freshDatabase } from '../support/postgres.ts'
import { QUEUE_BACKENDS } from '../support/queue-backends.ts'

it('says since when the metadata is there, and when it may last have changed (CDS-WG1-01 §3.2)', async () => {
  const { database } = await freshDatabase('metadata_dates')
  const before = toDatetime(new Date())
  const gateway = await startGateway({ database, queue: await QUEUE_BACKENDS[0]!.open(), work: false })
  const response = await fetch(`${gateway.url}/.well-known/cds-server-metadata.json`)
  const metadata = (await response.json()) as { created: string; updated: string }
  expect(metadata.created).toBe(toDatetime(await firstMigratedAt(database)))
  expect(metadata.updated >= before).toBe(true)
  expect(metadata.updated >= metadata.created).toBe(true)
})
