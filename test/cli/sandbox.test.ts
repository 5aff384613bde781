import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { freePort } from '../support/redis.ts'

it('runs the sandbox alone, prints where it is, and ends when it is told to', async () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'gbcds-sandbox-'))
  const port = await freePort()
  const main = path.join(import.meta.dirname, '../../src/main.ts')
  const child = spawn(process.execPath, [main, 'sandbox', '--sandbox-port', String(port), '--data', dataDir])
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data')
  expect(line).toContain(`Sandbox: http://localhost:${port}/`)
  expect(await (await fetch(`http://localhost:${port}/`)).text()).toContain('<h1>Sandbox utility</h1>')
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
  rmSync(dataDir, { recursive: true, force: true })
})
