import { existsSync } from 'node:fs'
import path from 'node:path'
import type { PostgresAddress } from '../database.ts'
import { SUPERUSER } from './cluster.ts'
import { SOCKET_NAME, SOCKET_PORT } from './socket-folder.ts'

/** The database that the embedded server keeps everything in. */
export const DATABASE = 'gbcds'

/** Where the embedded server of a gateway that runs on this data folder listens; undefined when there is none. */
export function runningServerIn(dataDir: string): PostgresAddress | undefined {
  const host = path.join(dataDir, 'socket')
  if (!existsSync(path.join(host, SOCKET_NAME))) return undefined
  return { host, port: SOCKET_PORT, user: SUPERUSER, database: DATABASE }
}
