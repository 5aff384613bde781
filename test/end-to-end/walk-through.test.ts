import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { consentSteps, walkThrough } from '../../src/http/walk-through.ts'
import { startGateway } from '../support/gateway.ts'
import { freshDatabase } from '../support/postgres.ts'
import { postgresBackendIn } from '../support/queue-backends.ts'
import { tool } from '../support/tools.ts'

const run = promisify(execFile)

it.skipIf(!tool('curl'))(
  'the walk-through works as it is printed: register, sign in, token, data',
  async () => {
    const fresh = await freshDatabase('walk')
    const test = await startGateway({ database: fresh.database, queue: await postgresBackendIn(fresh) })
    const facts = test.gateway.facts
    if (!facts) throw new Error('no walk-through beside a sandbox')
    const script = [...walkThrough(facts), ...consentSteps(facts)].map(({ command }) => command).join('\n')
    const PATH = `${path.dirname(process.execPath)}:${process.env.PATH}`
    const { stdout } = await run('bash', ['-eu', '-c', script], { env: { PATH }, timeout: 60_000 })
    expect(stdout).toContain(`${test.url}/self-access/`)
    expect(stdout).toContain('\n200\n')
    expect(stdout).toContain('active, expected now')
    expect(stdout).toContain('"account_number":"00545600-1"')
    expect(stdout).toContain('"bill_statements":[{')
    expect(stdout).toContain('"usage_segments":[{')
    expect(stdout).toContain(`${test.url}/oauth/authorize?response_type=code&client_id=c_`)
    const page = await (await fetch(`${test.url}/`)).text()
    expect(page).toContain('From nothing to data')
  },
  90_000,
)
