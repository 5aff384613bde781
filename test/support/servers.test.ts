import { createServer } from 'node:http'
import { Redis } from 'ioredis'
import { describe, expect, it } from 'vitest'
import { chromiumProgram, launchBrowser } from './chromium.ts'
import { freePort, redisServer, startRedis } from './redis.ts'

describe.skipIf(!redisServer())('startRedis', () => {
  it('gives an empty Redis that evicts nothing, and takes it away again', async () => {
    const server = await startRedis()
    const redis = new Redis(server.url)
    expect(await redis.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction'])
    expect(await redis.dbsize()).toBe(0)
    redis.disconnect()
    await server.stop()
    await expect(fetch(server.url.replace('redis', 'http'))).rejects.toThrow()
  })
})

describe.skipIf(!chromiumProgram())('launchBrowser', () => {
  it('opens a page', async () => {
    const port = await freePort()
    const site = createServer((_, response) => response.end('<title>hello</title>')).listen(port, '127.0.0.1')
    const browser = await launchBrowser()
    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${port}/`)
    expect(await page.title()).toBe('hello')
    await browser.close()
    site.close()
  })
})
