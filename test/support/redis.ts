import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { afterThisFile } from './clean-up.ts'
import { tool } from './tools.ts'

export interface TestRedis {
  /** `redis://127.0.0.1:<port>`. */
  url: string
  stop(): Promise<void>
}

/** Where redis-server is, or undefined: `describe.skipIf(!redisServer())(…)`. */
export function redisServer(): string | undefined {
  return tool('redis-server')
}

/** A private Redis on a free loopback port, empty, forgotten when stopped or when the test file ends. `noeviction`, as BullMQ wants it; `settings` go before. */
export async function startRedis({
  port: given,
  stopsWithFile = true,
  ...settings
}: {
  port?: number
  /** False: the test stops it, in an order of its own. */
  stopsWithFile?: boolean
  [setting: string]: string | number | boolean | undefined
} = {}): Promise<TestRedis> {
  const program = redisServer()
  if (!program) throw new Error('redis-server is missing: guard the test with redisServer()')
  const [port, dir] = [given ?? (await freePort()), mkdtempSync(path.join(tmpdir(), 'gbcds-redis-'))]
  const options = {
    port,
    dir,
    bind: '127.0.0.1',
    save: '',
    appendonly: 'no',
    'maxmemory-policy': 'noeviction',
    ...settings,
  }
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])
  const child = spawn(program, flags, { stdio: ['ignore', 'pipe', 'ignore'] })
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await Promise.race([
    saysReady(child.stdout),
    ended.then(() => Promise.reject(new Error('redis-server ended before it was ready'))),
  ])
  const stop = async (): Promise<void> => {
    process.off('exit', kill)
    child.kill('SIGTERM')
    await ended
    rmSync(dir, { recursive: true, force: true })
  }
  if (stopsWithFile) afterThisFile(stop)
  return { url: `redis://127.0.0.1:${port}`, stop }
}

function saysReady(stdout: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve) => {
    createInterface({ input: stdout }).on('line', (line) => {
      if (line.includes('Ready to accept connections')) resolve()
    })
  })
}

/** A port nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(address)))
    })
  })
}
