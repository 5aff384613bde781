import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { utilities } from '../../adapters/index.ts'
import { readConfig } from '../../src/config.ts'
import { newLogger } from '../../src/shared/logger.ts'
import { withClient } from '../../src/store/pool.ts'
import { openBackends } from '../../src/wire-up/backends.ts'
import { databaseUrl, temporaryFolder } from '../support/gateway-process.ts'
import { emptyDatabase } from '../support/postgres.ts'
import { ownPostgres } from '../support/postgres-server.ts'
import { freePort, redisServer, startRedis } from '../support/redis.ts'

const KEY = Buffer.from('thirty-two bytes, not all equal!').toString('base64')

/** Opens the backends of an installation, as every server command does. */
function open(env: Record<string, string>) {
  const base = {
    SEAL_KEYS: `k1:${KEY}`,
    ID_SECRET: KEY,
    SANDBOX: 'on',
    DATA_DIR: temporaryFolder('backends'),
  }
  const { config, secrets } = readConfig(utilities, { env: { ...base, ...env } })
  const lines: string[] = []
  const log = newLogger('info', { write: (line: string) => void lines.push(line) })
  const stopping = new AbortController()
  const onDeath = (error: Error): never => {
    throw error
  }
  const opened = openBackends({ config, secrets, log, signal: stopping.signal, onDeath })
  opened.catch(() => {})
  return { opened, lines, stopping, says: (words: string) => lines.some((line) => line.includes(words)) }
}

describe('openBackends, PostgreSQL', () => {
  it('waits for a server that starts later, says so at once, and migrates', async () => {
    const server = await ownPostgres()
    const { opened, says } = open({ DATABASE_URL: databaseUrl(server.address) })
    await expect.poll(() => says('waiting for PostgreSQL')).toBe(true)
    await server.start()
    const backends = await opened
    await expect(backends.pingDatabase()).resolves.toBeUndefined()
    expect(backends.since.getFullYear()).toBeGreaterThan(2000)
    await backends.close()
    await server.stop()
  })

  it('waits no longer than START_WAIT_SECONDS', async () => {
    const { opened, says } = open({
      DATABASE_URL: `postgresql://gbcds@127.0.0.1:${await freePort()}/gbcds`,
      START_WAIT_SECONDS: '1',
    })
    await expect(opened).rejects.toThrow(
      'PostgreSQL is not ready (ECONNREFUSED): is it running, and does DATABASE_URL say where?',
    )
    expect(says('waiting for PostgreSQL')).toBe(true)
  })

  it('waits no longer when told to stop', async () => {
    const { opened, stopping, says } = open({
      DATABASE_URL: `postgresql://gbcds@127.0.0.1:${await freePort()}/gbcds`,
    })
    await expect.poll(() => says('waiting')).toBe(true)
    stopping.abort()
    await expect(opened).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('fails at once with what to change where waiting cannot help', async () => {
    const server = await ownPostgres()
    const hba = path.join(server.clusterDir, 'pg_hba.conf')
    const rest = readFileSync(hba, 'utf8')
    writeFileSync(hba, 'local all locked scram-sha-256\nlocal all barred reject\n')
    appendFileSync(hba, rest)
    await server.start()
    await withClient(server.address, (client) =>
      client.query(
        `create role locked login password 'right'; create role weak login; create role barred login`,
      ),
    )
    const as = (user: string, database = 'gbcds') =>
      open({ DATABASE_URL: databaseUrl({ ...server.address, user, database }) })
    const cases = [
      [as('locked:wrong'), 'PostgreSQL refuses the password: correct the user and password in DATABASE_URL.'],
      [as('barred'), 'PostgreSQL refuses the user'],
      [as('weak', 'nowhere'), 'PostgreSQL has no such database'],
      [as('weak'), 'PostgreSQL gives the user too few rights'],
    ] as const
    for (const [{ opened, says }, words] of cases) {
      await expect(opened).rejects.toThrow(words)
      expect(says('waiting')).toBe(false)
    }
    await server.stop()
  })

  it('lets several processes migrate an empty database at once', async () => {
    const { address } = await emptyDatabase('together')
    const all = [1, 2, 3].map(() => open({ DATABASE_URL: databaseUrl(address) }))
    const backends = await Promise.all(all.map(({ opened }) => opened))
    for (const each of backends) await expect(each.pingQueue()).resolves.toBeUndefined()
    await Promise.all(backends.map((each) => each.close()))
  })
})

describe.skipIf(!redisServer())('openBackends, Redis', () => {
  const openWith = async (redisUrl: string, env = {}) =>
    open({ DATABASE_URL: databaseUrl((await emptyDatabase('redis')).address), REDIS_URL: redisUrl, ...env })

  it('waits for a server that starts later, says so at once, and is ready with it', async () => {
    const port = await freePort()
    const { opened, says } = await openWith(`redis://127.0.0.1:${port}`)
    await expect.poll(() => says('waiting for Redis'), { timeout: 10_000 }).toBe(true)
    await startRedis({ port })
    const backends = await opened
    await expect(backends.pingQueue()).resolves.toBeUndefined()
    await backends.close()
  })

  it('waits no longer than START_WAIT_SECONDS', async () => {
    const { opened } = await openWith(`redis://127.0.0.1:${await freePort()}`, { START_WAIT_SECONDS: '1' })
    await expect(opened).rejects.toThrow('Redis is not ready (ECONNREFUSED)')
  })

  it('fails at once with what to change where waiting cannot help', async () => {
    const { url } = await startRedis({ requirepass: 'right' })
    const { opened: without } = await openWith(url)
    await expect(without).rejects.toThrow('Redis wants a password')
    const { opened: wrong } = await openWith(url.replace('//', '//:wrong@'))
    await expect(wrong).rejects.toThrow('Redis refuses the password: correct REDIS_URL.')
    const { opened: right } = await openWith(url.replace('//', '//:right@'))
    await (await right).close()
  })

  it('warns of a policy that throws keys away', async () => {
    const { url } = await startRedis({ 'maxmemory-policy': 'allkeys-lru' })
    const { opened, says } = await openWith(url)
    await (await opened).close()
    expect(says('set maxmemory-policy noeviction')).toBe(true)
  })
})
