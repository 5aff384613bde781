import { randomBytes } from 'node:crypto'
import { accessSync, chmodSync, constants, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { SOCKET_PORT } from '../../src/store/embedded/socket-folder.ts'
import { startFront } from './front.ts'
import { type HostileUtility, startHostileUtility } from './hostile-utility.ts'
import type { Household } from './households.ts'
import { Outages } from './outages.ts'
import { Part } from './part.ts'
import { type Address, killHard, PostgresPart, postmasterOf } from './postgres-part.ts'

export const BACKENDS = ['redis', 'postgres', 'embedded'] as const
export type Backend = (typeof BACKENDS)[number]

/** Something that can be killed and comes back. */
export interface Target {
  readonly name: string
  readonly kills: number
  readonly isUp: boolean
  readonly pid: number | undefined
  kill(): void
}

/** A whole installation in processes of its own, in front of a hostile utility. */
export interface Installation {
  url: string
  utility: HostileUtility
  /** The processes of the gateway. */
  gateway: readonly Part[]
  /** All that may be killed, with how often each is meant relative to the others. */
  targets: readonly { target: Target; weight: number }[]
  outages: Outages
  database: Address
  redisPort: number | undefined
  stop(): Promise<void>
  /** Leaves no process behind, at once. */
  killAtOnce(): void
}

export interface InstallationOptions {
  backend: Backend
  households: readonly Household[]
  tokenSeconds: number
}

const MAIN = path.join(import.meta.dirname, '../../src/main.ts')

/** Starts everything and waits until it is ready. */
export async function startInstallation(options: InstallationOptions): Promise<Installation> {
  // Short, because the path of a Unix socket must be; open to the user that PostgreSQL runs as.
  const folder = mkdtempSync(path.join(tmpdir(), 'gbcds-crash-'))
  chmodSync(folder, 0o711)
  const [port, ...ports] = await freePorts(options.backend === 'embedded' ? 2 : 3)
  const url = `http://localhost:${port}`
  const utility = await startHostileUtility({
    ...options,
    folder: path.join(folder, 'households'),
    publicUrl: url,
  })
  const common = {
    PATH: process.env.PATH ?? '',
    PUBLIC_URL: url,
    METRICS_PORT: '0',
    SANDBOX: 'off',
    SANDBOX_URL: utility.url,
    TRUST_PROXY: '1',
    NODE_COMPILE_CACHE: path.join(folder, 'compiled'),
  }
  const build = { folder, common, ports, outages: new Outages() }
  const parts = options.backend === 'embedded' ? embedded(build) : await external(build, options.backend)
  const front = await startFront(port ?? 0, ports)
  for (const part of parts.gateway) part.start()
  const killAtOnce = (): void => {
    for (const part of [...parts.gateway, ...parts.beside]) part.killAtOnce()
    killHard(postmasterOf(path.join(folder, 'data')))
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', killAtOnce)
  await untilAll(parts.gateway).catch((error) => {
    killAtOnce()
    throw error
  })
  return {
    url,
    utility,
    ...parts,
    outages: build.outages,
    stop: async () => {
      await Promise.all(parts.gateway.map((part) => part.stop()))
      for (const part of parts.beside) await part.stop()
      await front.close()
      await utility.close()
      process.off('exit', killAtOnce)
      killAtOnce()
    },
    killAtOnce,
  }
}

interface Build {
  folder: string
  common: Record<string, string>
  ports: readonly number[]
  outages: Outages
}

type Parts = Pick<Installation, 'gateway' | 'targets' | 'database' | 'redisPort'> & {
  beside: readonly (Part | PostgresPart)[]
}

/** Two web processes, two workers, a PostgreSQL, and Redis where the jobs are kept there. */
async function external({ folder, common, ports, outages }: Build, backend: Backend): Promise<Parts> {
  const postgres = new PostgresPart(path.join(folder, 'data'), outages)
  await postgres.start()
  const redisPort = backend === 'redis' ? (await freePorts(1))[0] : undefined
  const redis = redisPort === undefined ? undefined : redisPart(folder, redisPort, outages)
  redis?.start()
  if (redis) await untilAll([redis])
  const { host, user, database } = postgres.address
  const env = {
    ...common,
    DATABASE_URL: `postgresql://${user}@localhost:${SOCKET_PORT}/${database}?host=${encodeURIComponent(host)}`,
    ...(redisPort !== undefined && { REDIS_URL: `redis://127.0.0.1:${redisPort}` }),
    SEAL_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    ID_SECRET: randomBytes(32).toString('base64'),
  }
  const needs = ['postgres', ...(redis ? ['redis'] : [])]
  const webs = ports.map((port, index) =>
    gatewayPart(`web ${index + 1}`, ['serve'], { env: { ...env, PORT: String(port) }, needs, outages }),
  )
  const workers = [1, 2].map((number) => gatewayPart(`worker ${number}`, ['work'], { env, needs, outages }))
  const weighted = (all: readonly Target[], weight: number) => all.map((target) => ({ target, weight }))
  return {
    gateway: [...webs, ...workers],
    beside: [postgres, ...(redis ? [redis] : [])],
    targets: [
      ...weighted(webs, 3),
      ...weighted(workers, 4),
      ...weighted([postgres], 2),
      ...weighted(redis ? [redis] : [], 2),
    ],
    database: postgres.address,
    redisPort,
  }
}

/** One process with everything, and the PostgreSQL that it starts. */
function embedded({ folder, common, ports, outages }: Build): Parts {
  const dataDir = path.join(folder, 'data')
  const env = { ...common, DATA_DIR: dataDir, PORT: String(ports[0]) }
  const start = gatewayPart('start', ['start'], { env, needs: [], outages })
  const postgres = {
    name: 'postgres',
    kills: 0,
    get isUp() {
      return start.isUp && postmasterOf(dataDir) !== undefined
    },
    get pid() {
      return postmasterOf(dataDir)
    },
    kill() {
      this.kills += 1
      killHard(postmasterOf(dataDir))
    },
  }
  return {
    gateway: [start],
    beside: [],
    targets: [
      { target: start, weight: 5 },
      { target: postgres, weight: 2 },
    ],
    database: { host: path.join(dataDir, 'socket'), port: SOCKET_PORT, user: 'gbcds', database: 'gbcds' },
    redisPort: undefined,
  }
}

function gatewayPart(
  name: string,
  args: readonly string[],
  { env, needs, outages }: { env: Record<string, string>; needs: readonly string[]; outages: Outages },
): Part {
  const port = 'PORT' in env ? env.PORT : undefined
  const isReady = async (lines: readonly string[]): Promise<boolean> => {
    if (port === undefined) return lines.includes('Worker: running')
    return fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2000) }).then(
      ({ ok }) => ok,
      () => false,
    )
  }
  return new Part({ name, command: process.execPath, args: [MAIN, ...args], env, needs, outages, isReady })
}

function redisPart(folder: string, port: number, outages: Outages): Part {
  const dir = path.join(folder, 'redis')
  mkdirSync(dir)
  const command = findRedis()
  if (!command) throw new Error('redis-server is not installed (Debian: apt-get install redis-server)')
  const options = {
    port,
    dir,
    bind: '127.0.0.1',
    save: '',
    appendonly: 'yes',
    'maxmemory-policy': 'noeviction',
  }
  const args = Object.entries(options).flatMap(([option, value]) => [`--${option}`, String(value)])
  const isReady = (lines: readonly string[]): boolean =>
    lines.some((line) => line.includes('Ready to accept connections'))
  return new Part({ name: 'redis', command, args, env: {}, needs: [], outages, isReady })
}

/** Where redis-server is; undefined where it is not installed. */
export function findRedis(): string | undefined {
  const folders = (process.env.PATH ?? '').split(path.delimiter)
  const files = folders.flatMap((folder) =>
    ['redis-server', 'valkey-server'].map((name) => path.join(folder, name)),
  )
  return files.find((file) => {
    try {
      accessSync(file, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

const START_MS = 90_000

async function untilAll(parts: readonly Part[]): Promise<void> {
  const end = Date.now() + START_MS
  while (!parts.every(({ isUp }) => isUp)) {
    const dead = parts.find(({ deaths }) => deaths.length > 0)?.deaths[0]
    if (dead)
      throw new Error(`${dead.part} ended at its first start: ${dead.how}\n${dead.lastLines.join('\n')}`)
    if (Date.now() > end) throw new Error('the installation was not ready in time')
    await wait(100)
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer()
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      return server
    }),
  )
  const ports = servers.map((server) => {
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no free port')
    return address.port
  })
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}
