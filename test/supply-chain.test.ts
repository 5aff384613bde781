import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'

const Lock = z.object({
  packages: z.record(
    z.string(),
    z.looseObject({ integrity: z.string().optional(), link: z.boolean().optional() }),
  ),
})
const Package = z.object({ dependencies: z.record(z.string(), z.string()) })

const lock = Lock.parse(JSON.parse(readFileSync('package-lock.json', 'utf8'))).packages
const { dependencies } = Package.parse(JSON.parse(readFileSync('package.json', 'utf8')))

/**
 * Optional packages for other platforms whose hash was not to be had when the lock file was made. A line goes when its hash is in the
 * lock file: `npm view <package>@<version> dist.integrity`.
 */
const WITHOUT_HASH = [
  '@biomejs/cli-android-arm64',
  '@biomejs/cli-android-x64',
  '@biomejs/cli-darwin-arm64',
  '@biomejs/cli-darwin-x64',
  '@biomejs/cli-linux-arm64-musl',
  '@biomejs/cli-linux-x64-musl',
  '@biomejs/cli-win32-arm64',
  '@biomejs/cli-win32-x64',
  '@msgpackr-extract/msgpackr-extract-darwin-arm64',
  '@msgpackr-extract/msgpackr-extract-darwin-x64',
  '@msgpackr-extract/msgpackr-extract-linux-arm',
  '@msgpackr-extract/msgpackr-extract-win32-x64',
]

describe('package-lock.json', () => {
  const entries = Object.entries(lock).filter(([place, { link }]) => place !== '' && !link)

  it('has the SHA-512 of every package', () => {
    const without = entries.filter(([, { integrity = '' }]) => !/^sha512-[\w+/]{86}==$/.test(integrity))
    expect(without.map(([place]) => place.replace('node_modules/', ''))).toEqual(WITHOUT_HASH)
  })

  it('names no registry: each installation has its own', () => {
    expect(entries.filter(([, entry]) => 'resolved' in entry)).toEqual([])
  })
})

describe('package.json', () => {
  it('depends on nothing that src/ never imports', () => {
    const source = globSync('src/**/*.ts')
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n')
    const unused = Object.keys(dependencies).filter((name) => !new RegExp(`'${name}(/[^']*)?'`).test(source))
    expect(unused).toEqual([])
  })
})

describe('docker/compose.yaml', () => {
  const text = readFileSync('docker/compose.yaml', 'utf8')
  const blockOf = (name: string): string =>
    new RegExp(`^( *)${name}:.*\\n(?:\\1 +.*\\n|\\n)*`, 'm').exec(text)?.[0] ?? ''
  const SERVICES = ['postgres', 'redis', 'serve', 'work', 'sandbox']

  it('takes from every service what it does not need', () => {
    const hardened = blockOf('x-hardened')
    for (const line of [
      'read_only: true',
      'cap_drop: [ALL]',
      'no-new-privileges:true',
      'restart: unless-stopped',
    ])
      expect(hardened).toContain(line)
    expect(blockOf('x-gateway')).toContain('<<: *hardened')
    for (const service of SERVICES) expect(blockOf(service)).toMatch(/<<: \*(hardened|gateway)\n/)
    for (const bounded of ['x-gateway', 'postgres', 'redis'])
      expect(blockOf(bounded)).toMatch(/pids_limit: \d+\n {2,4}mem_limit: \d+[mg]\n/)
    expect(text).not.toContain('privileged')
  })

  it('has the stores on a network without a way out, behind passwords that must be set', () => {
    expect(text).toMatch(/^ {2}stores:\n {4}internal: true$/m)
    for (const store of ['postgres', 'redis']) {
      expect(blockOf(store)).toMatch(/^ {4}networks: \[stores\]$/m)
      expect(blockOf(store)).not.toContain('ports:')
    }
    const example = readFileSync('docker/env.example', 'utf8')
    const asked = [...text.matchAll(/\$\{([A-Z_]+)(:\?)?/g)]
    expect(asked.map(([, name]) => name)).toEqual(['POSTGRES_PASSWORD', 'REDIS_PASSWORD'])
    for (const [, name, isRequired] of asked) {
      expect([name, isRequired]).toEqual([name, ':?'])
      expect(example).toMatch(new RegExp(`^${name}=$`, 'm'))
    }
  })
})
