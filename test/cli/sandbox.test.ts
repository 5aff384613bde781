import { expect, it } from 'vitest'
import { run } from '../../src/cli/sandbox.ts'
import { silentLogger } from '../../src/shared/logger.ts'

it('runs the sandbox alone, prints where it is, and ends when it is told to', async () => {
  const stop = new AbortController()
  const printed = Promise.withResolvers<string>()
  const running = run({
    host: '127.0.0.1',
    port: 0,
    seed: 'test',
    timezone: 'America/New_York',
    clients: [],
    log: silentLogger,
    print: printed.resolve,
    stop: stop.signal,
  })
  const line = await printed.promise
  const url = /^Sandbox utility: (http:\/\/127\.0\.0\.1:\d+\/)$/.exec(line)![1]!
  expect(await (await fetch(url)).text()).toContain('<h1>Sandbox utility</h1>')
  stop.abort()
  await running
  await expect(fetch(url)).rejects.toThrow('fetch failed')
})
