import { readFileSync } from 'node:fs'
import path from 'node:path'
import { silentLogger } from '../../src/shared/logger.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/store/embedded.ts'
import { afterThisFile } from './clean-up.ts'
import { temporaryFolder } from './gateway-process.ts'

/** A PostgreSQL of this test's own, to be stopped, killed and started again at the same address. */
export interface OwnPostgres {
  address: EmbeddedPostgres['address']
  clusterDir: string
  start(): Promise<void>
  stop(): Promise<void>
}

/** Makes the server and leaves it stopped: its address is known before it runs. */
export async function ownPostgres(): Promise<OwnPostgres> {
  const dataDir = temporaryFolder('own-postgres')
  const settings = { fsync: 'off', full_page_writes: 'off' }
  const begin = () => startEmbeddedPostgres({ dataDir, log: silentLogger, settings })
  let running: EmbeddedPostgres | undefined = await begin()
  const { address } = running
  const stop = async (): Promise<void> => {
    await running?.stop()
    running = undefined
  }
  await stop()
  afterThisFile(stop)
  return {
    address,
    clusterDir: path.join(dataDir, 'postgres'),
    stop,
    start: async () => {
      running = await begin()
    },
  }
}

/** The process id of the postmaster of a cluster. */
export function postmasterPid(clusterDir: string): number {
  return Number.parseInt(readFileSync(path.join(clusterDir, 'postmaster.pid'), 'utf8'), 10)
}
