import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { expect } from 'vitest'
import { UNEXPECTED_END } from '../../src/cli/exit-codes.ts'
import { UNEXPECTED } from '../../src/cli/last-resort.ts'
import type { PostgresAddress } from '../../src/store/database.ts'
import { afterThisFile } from './clean-up.ts'

const MAIN = path.join(import.meta.dirname, '../../src/main.ts')

export interface GatewayProcess {
  child: ChildProcess
  /** Everything it wrote, stdout and stderr, line by line. */
  lines: string[]
  /** Resolves with the first line, written already or still to come, that matches; rejects when the process ends before. */
  says(words: RegExp): Promise<string>
  /** Its exit code or signal. */
  ended: Promise<number | NodeJS.Signals | null>
  /** SIGTERM, and how it ended. */
  stop(): Promise<number | NodeJS.Signals | null>
}

/**
 * A command of the gateway as a process of its own, as production runs it. When the test file ends it is killed, and the test fails if
 * an error that nobody caught had ended it, however the test itself went.
 */
export function startGatewayProcess(
  command: string,
  env: Record<string, string>,
  args: string[] = [],
): GatewayProcess {
  const child = spawn(process.execPath, [MAIN, command, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  const heard = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line)
      for (const hear of heard) hear()
    })
  }
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal))
  })
  afterThisFile(async () => {
    child.kill('SIGKILL')
    const how = await ended
    expect([command, how, ...lines.filter((line) => line.startsWith(UNEXPECTED))]).not.toContain(
      UNEXPECTED_END,
    )
    expect(lines.filter((line) => line.startsWith(UNEXPECTED))).toEqual([])
  })
  const says = (words: RegExp): Promise<string> => {
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    const hear = (): void => {
      const found = lines.find((line) => words.test(line))
      if (found !== undefined) resolve(found)
    }
    heard.add(hear)
    hear()
    void ended.then((how) =>
      reject(new Error(`${command} ended (${how}) and said only:\n${lines.join('\n')}`)),
    )
    return promise.finally(() => heard.delete(hear))
  }
  return {
    child,
    lines,
    ended,
    says,
    stop: async () => {
      child.kill('SIGTERM')
      return ended
    },
  }
}

/** `DATABASE_URL` of a test database. */
export function databaseUrl(address: PostgresAddress): string {
  if ('connectionString' in address) return address.connectionString
  const { host, user, database, port } = address
  return `postgresql://${user}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`
}

/** A folder that is gone when the test file ends. */
export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), `gbcds-${name}-`))
  afterThisFile(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }))
  return folder
}
