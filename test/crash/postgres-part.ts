import { readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { silentLogger } from '../../src/shared/logger.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/store/embedded.ts'
import type { Outages } from './outages.ts'

export type Address = EmbeddedPostgres['address']

/** Nothing is lost when a process is killed: only a power cut could tell the difference. */
const SETTINGS = { fsync: 'off', full_page_writes: 'off', max_connections: '300' }

/** A PostgreSQL of its own in a folder, started again whenever it ends. */
export class PostgresPart {
  readonly name = 'postgres'
  kills = 0
  isUp = false
  private readonly dataDir: string
  private readonly outages: Outages
  private server: EmbeddedPostgres | undefined
  private isStopped = false

  constructor(dataDir: string, outages: Outages) {
    this.dataDir = dataDir
    this.outages = outages
  }

  get pid(): number | undefined {
    return postmasterOf(this.dataDir)
  }

  get address(): Address {
    if (!this.server) throw new Error('PostgreSQL was never started')
    return this.server.address
  }

  async start(): Promise<void> {
    const onDeath = (): void => void this.again()
    this.server = await startEmbeddedPostgres({
      dataDir: this.dataDir,
      log: silentLogger,
      onDeath,
      settings: SETTINGS,
    })
    this.isUp = true
    this.outages.note(this.name)
  }

  kill(): void {
    this.kills += 1
    this.isUp = false
    this.outages.note(this.name)
    killHard(this.pid)
    void this.watch()
  }

  /** The server is started again by whoever runs it. */
  private async watch(): Promise<void> {
    while (!this.isStopped && !this.isUp) {
      await wait(200)
      if (!(await ask(this.address, 'select 1'))) continue
      this.isUp = true
      this.outages.note(this.name)
    }
  }

  async stop(): Promise<void> {
    this.isStopped = true
    await this.server?.stop()
  }

  killAtOnce(): void {
    this.isStopped = true
    killHard(this.pid)
  }

  private async again(): Promise<void> {
    this.isUp = false
    await this.server?.stop().catch(() => {})
    while (!this.isStopped) {
      try {
        return await this.start()
      } catch {
        await wait(200)
      }
    }
  }
}

/** The process of the server in a data folder of the gateway. */
export function postmasterOf(dataDir: string): number | undefined {
  try {
    const [line = ''] = readFileSync(path.join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')
    return Number.parseInt(line, 10) || undefined
  } catch {
    return undefined
  }
}

export function killHard(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended already.
  }
}

/** One statement, by a connection of its own; undefined where the server does not answer. */
export async function ask<Row extends pg.QueryResultRow>(
  address: Address,
  sql: string,
  values: unknown[] = [],
): Promise<Row[] | undefined> {
  const client = new pg.Client({ ...address, connectionTimeoutMillis: 5000, query_timeout: 20_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    return (await client.query<Row>(sql, values)).rows
  } catch {
    return undefined
  } finally {
    await client.end().catch(() => {})
  }
}
