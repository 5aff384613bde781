import { createServer } from 'node:http'
import express from 'express'
import { describe, expect, it } from 'vitest'
import { healthRoutes } from '../../src/http/health.ts'
import { listen } from '../../src/shared/listen.ts'
import { afterThisFile } from '../support/clean-up.ts'
import { freePort } from '../support/redis.ts'

const up = async (): Promise<void> => {}
const down = (): Promise<void> => Promise.reject(new Error('down'))
const silent = (): Promise<void> => new Promise(() => {})

async function readyz(pingDatabase: () => Promise<void>, pingQueue: () => Promise<void>) {
  const app = express().use(healthRoutes({ pingDatabase, pingQueue }))
  const port = await freePort()
  const server = await listen(createServer(app), port, '127.0.0.1', '--port')
  afterThisFile(server.stop)
  const begun = performance.now()
  const response = await fetch(`http://127.0.0.1:${port}/readyz`)
  return { status: response.status, body: await response.json(), ms: performance.now() - begun }
}

describe('/readyz', () => {
  it.each([
    ['both up', up, up, 200, { status: 'ok', database: 'ok', queue: 'ok' }],
    ['queue down', up, down, 200, { status: 'degraded', database: 'ok', queue: 'down' }],
    ['database down', down, up, 503, { status: 'not ready', database: 'down', queue: 'ok' }],
  ])('%s', async (_what, database, queue, status, body) => {
    expect(await readyz(database, queue)).toMatchObject({ status, body })
  })

  it('answers within about two seconds whatever does not', async () => {
    const answer = await readyz(silent, silent)
    expect(answer).toMatchObject({ status: 503, body: { database: 'down', queue: 'down' } })
    expect(answer.ms).toBeLessThan(3000)
  })
})
