import { existsSync, realpathSync } from 'node:fs'
import path from 'node:path'
import { type Clock, systemClock } from '../shared/clock.ts'
import type { Logger } from '../shared/logger.ts'
import { findBinaries } from './embedded/binaries.ts'
import { checkVersion, makeCluster, SUPERUSER } from './embedded/cluster.ts'
import type { EmbeddedPostgresError } from './embedded/errors.ts'
import { lockFolder } from './embedded/folder-lock.ts'
import { type Server, stopOrphan } from './embedded/postmaster.ts'
import { DATABASE } from './embedded/running-server.ts'
import { findServerUser, makeDataFolder, openWayFor } from './embedded/server-user.ts'
import { makeSocketFolder, SOCKET_PORT } from './embedded/socket-folder.ts'
import { RESTARTS, type RestartLimit, supervise } from './embedded/supervise.ts'
import { withClient } from './pool.ts'

export { DataFolderInUseError, EmbeddedPostgresError } from './embedded/errors.ts'

export interface EmbeddedPostgres {
  address: { host: string; port: number; user: string; database: string }
  stop(): Promise<void>
}

export interface EmbeddedPostgresOptions {
  dataDir: string
  log: Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>
  clock?: Clock
  /** How often a server that ended by itself is started again. */
  restarts?: RestartLimit
  /** Called once when it ended more often than that. */
  onDeath?: (error: EmbeddedPostgresError) => void
  /** Settings of PostgreSQL beside ours. The defaults are durable (fsync on); only throw-away data may change that. */
  settings?: Readonly<Record<string, string>>
}

/**
 * A private PostgreSQL as a child process, reachable through a Unix socket in a private folder only, its data in
 * `dataDir`. Made on first start; a second start on the same folder resumes; two at once: the second throws. A server that ends by
 * itself is started again.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  makeDataFolder(options.dataDir)
  const dataDir = realpathSync(options.dataDir)
  const release = lockFolder(dataDir, (options.clock ?? systemClock).now())
  try {
    return await startLocked({ ...options, dataDir }, release)
  } catch (error) {
    release()
    throw error
  }
}

async function startLocked(options: EmbeddedPostgresOptions, release: () => void): Promise<EmbeddedPostgres> {
  const { log, restarts = RESTARTS, onDeath = () => {} } = options
  const server = await prepareServer(options)
  const address = { host: server.socket.path, port: SOCKET_PORT, user: SUPERUSER, database: DATABASE }
  const supervised = await supervise(server, { log, restarts, onDeath })
  try {
    await makeDatabase(address)
  } catch (error) {
    await supervised.stop()
    throw error
  }
  return {
    address,
    async stop() {
      await supervised.stop()
      release()
    },
  }
}

/** Everything the server needs to start: its user, its programs, its data, and nothing of an earlier one in the way. */
async function prepareServer({ dataDir, log, settings = {} }: EmbeddedPostgresOptions): Promise<Server> {
  const clusterDir = path.join(dataDir, 'postgres')
  const user = findServerUser(clusterDir)
  openWayFor(user, dataDir)
  const binaries = findBinaries(dataDir, user)
  if (!existsSync(clusterDir)) {
    log.info({ dataDir, version: binaries.version }, 'making the database of the embedded PostgreSQL')
    await makeCluster(clusterDir, binaries, { user, sync: settings.fsync !== 'off' })
  }
  checkVersion(clusterDir, binaries)
  await stopOrphan(clusterDir, log)
  return { clusterDir, binaries, user, settings, socket: makeSocketFolder(dataDir, user) }
}

async function makeDatabase(address: EmbeddedPostgres['address']): Promise<void> {
  await withClient({ ...address, database: 'postgres' }, async (client) => {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [address.database])
    if (rowCount === 0) await client.query(`create database ${address.database}`)
  })
}
