import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { warnOfProxy } from '../../src/http/warn-of-proxy.ts'

const warnings: unknown[] = []
const app = express()
app.use(warnOfProxy({ warn: (...said: unknown[]) => void warnings.push(...said) }))
app.get('/', (_request, response) => {
  response.end()
})
const server = createServer(app)
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
afterAll(() => new Promise((resolve) => server.close(resolve)))

it('warns once, by the name of the setting, when requests come through a proxy', async () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  await fetch(url)
  expect(warnings).toEqual([])
  for (let index = 0; index < 3; index++) await fetch(url, { headers: { 'x-forwarded-for': '192.0.2.1' } })
  expect(warnings).toEqual([expect.stringContaining('TRUST_PROXY is off')])
})
