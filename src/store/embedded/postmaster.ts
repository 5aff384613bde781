import { existsSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import type { Logger } from '../../shared/logger.ts'
import { withClient } from '../pool.ts'
import type { Binaries } from './binaries.ts'
import { type Running, startProgram } from './child-process.ts'
import { SUPERUSER, serverEnvironment } from './cluster.ts'
import { EmbeddedPostgresError } from './errors.ts'
import { isTaken, serversIn, signal, waitUntil } from './processes.ts'
import type { ServerUser } from './server-user.ts'
import { SOCKET_PORT, type SocketFolder } from './socket-folder.ts'

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>

/** Recovery after a power cut replays the write-ahead log, which can take a while. */
const START_TIMEOUT_MS = 120_000
const FAST_STOP_MS = 30_000

export const SETTINGS = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  port: String(SOCKET_PORT),
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '',
  // A failing statement, and the details of its error, hold customers' data: neither goes to the log.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
} as const

/** What it takes to start the server. */
export interface Server {
  clusterDir: string
  socket: SocketFolder
  binaries: Binaries
  user: ServerUser
  settings: Readonly<Record<string, string>>
}

/**
 * Stops what outlived its gateway or its postmaster (which was killed) and removes a pid file whose number now belongs to
 * another process, or to a dead one nobody has buried: PostgreSQL itself would take either for a running server.
 */
export async function stopOrphan(clusterDir: string, log: Log): Promise<void> {
  const pidFile = path.join(clusterDir, 'postmaster.pid')
  const recorded = readPid(pidFile)
  if (serversIn(clusterDir, recorded).length > 0) {
    log.warn('PostgreSQL processes were left behind; stopping them')
    await stopServers(clusterDir, recorded)
  }
  if (recorded !== undefined && isTaken(recorded)) rmSync(pidFile, { force: true })
}

async function stopServers(clusterDir: string, recorded: number | undefined): Promise<void> {
  const running = (): number[] => serversIn(clusterDir, recorded)
  for (const [name, timeoutMs] of [
    ['SIGINT', FAST_STOP_MS],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const) {
    // Backends end with their postmaster; those whose postmaster is gone are told themselves.
    const all = running()
    for (const pid of recorded !== undefined && all.includes(recorded) ? [recorded] : all) signal(pid, name)
    if (await waitUntil(() => running().length === 0, timeoutMs)) return
  }
  throw new EmbeddedPostgresError(
    `A PostgreSQL server in ${clusterDir} does not stop (process ${running().join(', ')}).`,
  )
}

function readPid(file: string): number | undefined {
  if (!existsSync(file)) return undefined
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10)
  return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined
}

/** Starts the server. In its own process group: Ctrl-C in a terminal reaches the gateway, which stops it in due order. */
export function spawnPostmaster(server: Server, log: Log): Running {
  const settings = { ...SETTINGS, unix_socket_directories: server.socket.path, ...server.settings }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  return startProgram(server.binaries.postgres, ['-D', server.clusterDir, ...flags], {
    cwd: server.clusterDir,
    env: serverEnvironment(),
    onLine: (line) => logLine(line, log),
    ...(server.user.drop ? { uid: server.user.uid, gid: server.user.gid } : {}),
  })
}

function logLine(line: string, log: Log): void {
  if (/^(FATAL|PANIC):/.test(line) && !/the database system is (starting up|shutting down)/.test(line)) {
    log.error({ postgres: line }, 'PostgreSQL reports a failure')
    return
  }
  log.debug({ postgres: line }, 'PostgreSQL')
}

/** Waits until the server answers; throws with its own last words when it dies first. */
export async function waitUntilReady({ child, ended, hasEnded }: Running, socketDir: string): Promise<void> {
  const words: string[] = []
  const listen = (chunk: Buffer): void => void words.push(chunk.toString())
  child.stderr?.on('data', listen)
  const ready = await waitUntil(async () => hasEnded() || (await answers(socketDir)), START_TIMEOUT_MS)
  child.stderr?.off('data', listen)
  if (ready && !hasEnded()) return
  if (!hasEnded()) child.kill('SIGQUIT')
  const said = words.join('')
  // Who looks whether it is ready yet is told so, too.
  const lastWords =
    /(FATAL|PANIC): (?!.*the database system is ).*/.exec(said)?.[0] ||
    said.trim().split('\n').at(-1) ||
    (await ended)
  throw new EmbeddedPostgresError(`PostgreSQL did not start: ${lastWords}`)
}

async function answers(socketDir: string): Promise<boolean> {
  const address = { host: socketDir, port: SOCKET_PORT, user: SUPERUSER, database: 'postgres' }
  return withClient(address, async () => true).catch(() => false)
}

/** Fast shutdown: connections are ended, everything is written. Harder signals follow only when it does not end. */
export async function stopPostmaster({
  child,
  hasEnded,
}: Pick<Running, 'child' | 'hasEnded'>): Promise<void> {
  if (hasEnded()) return
  child.kill('SIGINT')
  if (await waitUntil(hasEnded, FAST_STOP_MS)) return
  child.kill('SIGQUIT')
  if (await waitUntil(hasEnded, 5_000)) return
  child.kill('SIGKILL')
}
