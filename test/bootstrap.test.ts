import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'

const folder = mkdtempSync(path.join(tmpdir(), 'gbcds-bootstrap-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const MAIN = `
import { readFileSync } from 'node:fs'
const [command, ...args] = process.argv.slice(2)
if (command === 'wait') {
  process.on('SIGTERM', () => { console.log('told to stop'); process.exit(5) })
  setInterval(() => {}, 1000)
  console.log('waiting')
} else {
  const input = command === 'translate' ? readFileSync(0) : ''
  const major: number = Number(process.versions.node.split('.')[0])
  console.log(JSON.stringify({ command, args, bytes: input.length, major, cwd: process.cwd(), execArgv: process.execArgv, path: process.env.PATH?.split(':')[0] }))
  process.exitCode = command === 'fail' ? 7 : 0
}
`

/** A checkout of a small project with one dependency from a local archive: npm installs it without a network. */
function newCheckout(name: string, dependency = 'file:tiny-1.0.0.tgz'): string {
  const root = path.join(folder, name)
  mkdirSync(path.join(root, 'src'), { recursive: true })
  cpSync(path.resolve('bin'), path.join(root, 'bin'), { recursive: true })
  writeFileSync(path.join(root, 'src', 'main.ts'), MAIN)
  mkdirSync(path.join(root, 'tiny'))
  writeFileSync(path.join(root, 'tiny', 'package.json'), '{"name":"tiny","version":"1.0.0"}')
  execFileSync('npm', ['pack', './tiny', '--silent'], { cwd: root })
  const own = { name: 'project', version: '1.0.0', type: 'module', dependencies: { tiny: dependency } }
  writeFileSync(path.join(root, 'package.json'), JSON.stringify(own))
  const tiny = { version: '1.0.0', resolved: dependency }
  const lock = { name: 'project', lockfileVersion: 3, packages: { '': own, 'node_modules/tiny': tiny } }
  writeFileSync(path.join(root, 'package-lock.json'), JSON.stringify(lock))
  return root
}

interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

function start(
  program: string,
  args: string[],
  options: { env?: Record<string, string>; cwd?: string } = {},
) {
  const { npm_execpath: _, ...inherited } = process.env
  const env = { ...inherited, ...options.env }
  return spawn(program, args, { env, cwd: options.cwd ?? folder, stdio: 'pipe' })
}

async function end(child: ChildProcess, input?: Buffer): Promise<Ended> {
  child.stdin?.end(input)
  const ended = new Promise<Pick<Ended, 'code' | 'signal'>>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal })),
  )
  const [stdout, stderr] = await Promise.all([text(child.stdout!), text(child.stderr!)])
  return { ...(await ended), stdout, stderr }
}

const systemNode = ['/usr/bin/node', '/usr/local/bin/node'].find((program) => existsSync(program))
const systemMajor = systemNode
  ? Number(execFileSync(systemNode, ['-p', 'process.versions.node']).toString().split('.')[0])
  : 24

const Lock = z.object({
  packages: z.record(
    z.string(),
    z.object({ optionalDependencies: z.record(z.string(), z.string()).optional() }),
  ),
})

describe('bin/gbcds and the bootstrap', () => {
  const root = newCheckout('one')
  const gbcds = path.join(root, 'bin', 'gbcds')

  it('installs dependencies when they are missing, says so on stderr, and runs the command', async () => {
    const first = await end(start(gbcds, ['hello', '--flag', 'a b']))
    expect(first.stderr).toMatch(
      /^gbcds: Installing dependencies …\ngbcds: Installing dependencies: done in \d+\.\d s\n$/,
    )
    expect(JSON.parse(first.stdout)).toMatchObject({ command: 'hello', args: ['--flag', 'a b'], major: 24 })
    expect(existsSync(path.join(root, 'node_modules', 'tiny'))).toBe(true)
  })

  it('says and installs nothing when nothing is missing, and adds less than 100 ms', async () => {
    const times = { gbcds: [] as number[], bare: [] as number[] }
    for (let run = 0; run < 5; run++) {
      const began = performance.now()
      expect((await end(start(gbcds, ['hello']))).stderr).toBe('')
      times.gbcds.push(performance.now() - began)
      await end(start(process.execPath, [path.join(root, 'src', 'main.ts'), 'hello']))
      times.bare.push(performance.now() - began - times.gbcds.at(-1)!)
    }
    expect(Math.min(...times.gbcds) - Math.min(...times.bare)).toBeLessThan(100)
  })

  it('works through a symbolic link, from any folder, and passes stdin and stdout through untouched', async () => {
    const link = path.join(folder, 'link')
    symlinkSync(path.join('one', 'bin', 'gbcds'), link)
    const { stdout } = await end(
      start(link, ['translate', '-'], { cwd: tmpdir() }),
      Buffer.alloc(300_000, 0xff),
    )
    expect(JSON.parse(stdout)).toMatchObject({ args: ['-'], bytes: 300_000, cwd: tmpdir() })
  })

  it('gives what reads files a small young generation, and nothing else', async () => {
    const flagsOf = async (command: string): Promise<unknown> =>
      JSON.parse((await end(start(gbcds, [command]), Buffer.from(''))).stdout).execArgv
    expect(await flagsOf('translate')).toEqual(['--max-semi-space-size=2'])
    expect(await flagsOf('inspect')).toEqual(['--max-semi-space-size=2'])
    expect(await flagsOf('serve')).toEqual([])
  })

  it('keeps what Node.js compiled, and runs where that cannot be written', async () => {
    const kept = path.join(root, '.bootstrap', 'compiled')
    await end(start(gbcds, ['hello']))
    expect(readdirSync(kept)).toHaveLength(1)
    rmSync(kept, { recursive: true })
    writeFileSync(kept, 'a file where the folder belongs')
    expect(await end(start(gbcds, ['hello']))).toMatchObject({ code: 0, stderr: '' })
    rmSync(kept)
  })

  it('gives the exit code of the command', async () => {
    expect(await end(start(gbcds, ['fail']))).toMatchObject({ code: 7, signal: null })
  })

  it('installs again when package-lock.json asks for something else', async () => {
    const other = newCheckout('changed')
    const run = () => end(start(path.join(other, 'bin', 'gbcds'), ['hello']))
    await run()
    writeFileSync(path.join(other, 'tiny', 'package.json'), '{"name":"tiny","version":"2.0.0"}')
    execFileSync('npm', ['pack', './tiny', '--silent'], { cwd: other })
    for (const file of ['package.json', 'package-lock.json']) {
      execFileSync('sed', [
        '-i.bak',
        's/tiny-1.0.0/tiny-2.0.0/g; s/"version":"1.0.0","resolved/"version":"2.0.0","resolved/',
        path.join(other, file),
      ])
    }
    expect((await run()).stderr).toContain('Installing dependencies')
    expect((await run()).stderr).toBe('')
  })

  it('installs once when two start at the same time: the second waits', async () => {
    const other = newCheckout('two')
    const both = await Promise.all([1, 2].map(() => end(start(path.join(other, 'bin', 'gbcds'), ['hello']))))
    expect(both.map(({ code }) => code)).toEqual([0, 0])
    const said = both.map(({ stderr }) => stderr).join('')
    expect(said.match(/Installing dependencies …/g)).toHaveLength(1)
    expect(said).toMatch(/waiting for another set-up of this checkout \(process \d+\)/)
  })

  it('takes over from a set-up that was killed', async () => {
    const other = newCheckout('stale')
    mkdirSync(path.join(other, '.bootstrap'))
    const lock = path.join(other, '.bootstrap', 'lock')
    writeFileSync(lock, '1')
    utimesSync(lock, new Date(0), new Date(0))
    expect(await end(start(path.join(other, 'bin', 'gbcds'), ['hello']))).toMatchObject({ code: 0 })
  })

  it.skipIf(!systemNode || systemMajor >= 24)(
    'runs with Node.js 24 when the system has an older one',
    async () => {
      const bin = `node-${process.platform}-${process.arch}`
      const program = path.join(root, '.bootstrap', 'node_modules', bin, 'bin', 'node')
      mkdirSync(path.dirname(program), { recursive: true })
      symlinkSync(process.execPath, program)
      const env = { PATH: `${path.dirname(systemNode!)}:/usr/bin:/bin` }
      const { stdout, stderr } = await end(start(gbcds, ['translate'], { env }), Buffer.from(''))
      expect(stderr).toBe('')
      expect(JSON.parse(stdout)).toMatchObject({
        major: 24,
        path: path.dirname(program),
        execArgv: ['--max-semi-space-size=2'],
      })

      const child = start(gbcds, ['wait'], { env })
      await new Promise((resolve) => child.stdout.once('data', resolve))
      child.kill('SIGTERM')
      expect(await end(child)).toMatchObject({ code: 5, stdout: 'told to stop\n' })
    },
  )
})

describe('the bootstrap, when set-up cannot be done, says what and how to mend it and exits 1', () => {
  it('npm is missing', async () => {
    const bin = path.join(folder, 'only-node')
    mkdirSync(bin)
    symlinkSync(process.execPath, path.join(bin, 'node'))
    const boot = path.join(newCheckout('no-npm'), 'bin', 'bootstrap.mjs')
    const { code, stderr } = await end(start(process.execPath, [boot, 'hello'], { env: { PATH: bin } }))
    expect(code).toBe(1)
    expect(stderr).toContain('npm is missing. It comes with Node.js from https://nodejs.org')
  })

  it('the registry cannot be reached', async () => {
    const root = newCheckout('no-network', 'http://127.0.0.1:9/tiny-1.0.0.tgz')
    const env = { npm_config_fetch_retries: '0', npm_config_cache: path.join(folder, 'cache') }
    const { code, stderr } = await end(start(path.join(root, 'bin', 'gbcds'), ['hello'], { env }))
    expect(code).toBe(1)
    expect(stderr).toContain('the npm registry cannot be reached: check the network')
  })

  it('the disk refuses', async () => {
    const root = newCheckout('no-disk')
    writeFileSync(path.join(root, '.bootstrap'), 'a file where the folder belongs')
    const { code, stderr } = await end(start(path.join(root, 'bin', 'gbcds'), ['hello']))
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /cannot write to .*\.bootstrap \(EEXIST\)\. Free space, or make the checkout writable/,
    )
  })

  it('Node.js is missing', async () => {
    const bin = path.join(folder, 'no-node')
    mkdirSync(bin)
    for (const program of ['readlink', 'dirname', 'sh'])
      symlinkSync(`/usr/bin/${program}`, path.join(bin, program))
    chmodSync(bin, 0o755)
    const gbcds = path.join(folder, 'one', 'bin', 'gbcds')
    const { code, stderr } = await end(start('/bin/sh', [gbcds, 'hello'], { env: { PATH: bin } }))
    expect(code).toBe(1)
    expect(stderr).toContain('Node.js is missing. Install version 18 or newer')
  })
})

describe('package-lock.json', () => {
  const lock = readFileSync('package-lock.json', 'utf8')

  it('lists the packages of every platform: npm ci refuses a lock that lacks one', () => {
    const { packages } = Lock.parse(JSON.parse(lock))
    const missing = Object.entries(packages).flatMap(([place, { optionalDependencies }]) =>
      Object.keys(optionalDependencies ?? {}).filter(
        (name) => !packages[`node_modules/${name}`] && !packages[`${place}/node_modules/${name}`],
      ),
    )
    expect(missing).toEqual([])
  })

  it('names no registry: everybody installs from their own', () => {
    expect(lock).not.toMatch(/"resolved": "http/)
  })
})
