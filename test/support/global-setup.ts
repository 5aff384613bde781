import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { TestProject } from 'vitest/node'
import { silentLogger } from '../../src/shared/logger.ts'
import type { PostgresAddress } from '../../src/store/database.ts'
import { startEmbeddedPostgres } from '../../src/store/embedded.ts'
import { provideTools, type ToolPaths } from './tools.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The PostgreSQL of this run; test files make their own databases on it. */
    postgres: PostgresAddress
    /** Where the programs are that tests need beyond npm. */
    tools: ToolPaths
  }
}

/** Finds the programs that tests need, and starts one PostgreSQL for the whole run: `TEST_DATABASE_URL`, else an embedded one in a temporary folder. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  project.provide('tools', provideTools())
  const connectionString = process.env.TEST_DATABASE_URL
  if (connectionString) {
    project.provide('postgres', { connectionString })
    return async () => {}
  }
  const dataDir = mkdtempSync(path.join(tmpdir(), 'gbcds-test-'))
  const postgres = await startEmbeddedPostgres({ dataDir, log: silentLogger, settings: THROW_AWAY })
  project.provide('postgres', postgres.address)
  return async () => {
    await postgres.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/** The data ends with the run: nothing is forced to the disk. */
const THROW_AWAY = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '300',
}
