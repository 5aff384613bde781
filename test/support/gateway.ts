import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { utilities } from '../../adapters/index.ts'
import { keepSecrets } from '../../src/config/keep-secrets.ts'
import { readConfig } from '../../src/config.ts'
import { startSandbox } from '../../src/sandbox/start-sandbox.ts'
import { systemClock } from '../../src/shared/clock.ts'
import { newLogger } from '../../src/shared/logger.ts'
import { type Database, firstMigratedAt } from '../../src/store/database.ts'
import type { QueueBackend } from '../../src/sync/queues.ts'
import type { RetryRules } from '../../src/sync/retry.ts'
import { wireUp } from '../../src/wire-up/gateway.ts'
import { sandboxOptions } from '../../src/wire-up/sandbox-options.ts'
import { afterThisFile } from './clean-up.ts'

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

export interface GatewayTestOptions {
  database: Database
  queue: QueueBackend
  files?: string
  /** Work in this process; false where the test starts a worker of its own. */
  work?: boolean
  env?: Record<string, string>
  /** How failed jobs are tried again. */
  retry?: Partial<RetryRules>
  reconcileEveryMs?: number
}

/** The whole installation on ports of its own: gateway, worker, sandbox; everything that is logged is kept. */
export async function startGateway(options: GatewayTestOptions) {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'gbcds-e2e-'))
  const [port, sandboxPort] = [await freePort(), await freePort()]
  const env = {
    PORT: String(port),
    SANDBOX_PORT: String(sandboxPort),
    METRICS_PORT: '0',
    DATA_DIR: dataDir,
    SERVER_NAME: 'Test Gateway',
    ...(options.files ? { SANDBOX_FILES: options.files } : {}),
    ...options.env,
  }
  const { config, secrets } = readConfig(utilities, { env })
  const kept = keepSecrets(config, secrets)
  const lines: string[] = []
  const log = newLogger('debug', { write: (line: string) => void lines.push(line) })
  const sandbox = await startSandbox(sandboxOptions(utilities, { config, secrets: kept, log }))
  const backends = {
    listings: options.database,
    database: options.database,
    queue: options.queue,
    since: await firstMigratedAt(options.database),
    pingDatabase: async () => {},
    pingQueue: async () => {},
    close: async () => {},
  }
  const { retry = { attempts: 6, backoffMs: 200 }, reconcileEveryMs } = options
  const reconciling = reconcileEveryMs === undefined ? {} : { reconcileEveryMs }
  const gateway = wireUp({ config, secrets: kept, backends, clock: systemClock, log, retry, ...reconciling })
  const worker = options.work === false ? undefined : await gateway.work()
  const server = await gateway.serve()
  afterThisFile(async () => {
    await server.stop()
    await worker?.stop()
    await gateway.close()
    await sandbox.close()
    rmSync(dataDir, { recursive: true, force: true })
  })
  return { url: config.publicUrl, sandbox, gateway, env, secrets: kept, lines, dataDir }
}
export type TestGateway = Awaited<ReturnType<typeof startGateway>>
