import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { utilities } from '../adapters/index.ts'
import { keepSecrets } from '../src/config/keep-secrets.ts'
import { SETTINGS } from '../src/config/settings.ts'
import { ConfigError, type KnownUtility, readConfig } from '../src/config.ts'
import { newLogger } from '../src/shared/logger.ts'

const known: KnownUtility[] = [
  { id: 'sandbox-one', environment: 'sandbox', limits: { daysPerRequest: 31 } },
  { id: 'coastal-power', environment: 'production', limits: { daysPerRequest: 30 } },
]
const machine = { platform: 'linux', home: '/home/pat', isRoot: false } as const
const KEY = Buffer.from(Array.from({ length: 32 }, (_, index) => index + 7)).toString('base64')
const production = {
  DATABASE_URL: 'postgresql://gbcds:pw@db/gbcds',
  SEAL_KEYS: `k1:${KEY}`,
  ID_SECRET: KEY,
  UTILITIES: 'coastal-power',
  UTILITY_COASTAL_POWER_CLIENT_ID: 'us',
  UTILITY_COASTAL_POWER_CLIENT_SECRET: 'theirs',
}

function read(env: Record<string, string>, flags = {}) {
  return readConfig(known, { env, flags, machine })
}

function faultsOf(env: Record<string, string>): string[] {
  try {
    read(env)
  } catch (error) {
    if (error instanceof ConfigError)
      return error.faults.map(({ variable, problem }) => `${variable} ${problem}`)
    throw error
  }
  return []
}

describe('readConfig', () => {
  it('has a default for everything: an empty environment is the embedded mode', () => {
    const { config, secrets } = read({})
    expect(config).toEqual({
      publicUrl: 'http://localhost:8080',
      host: '127.0.0.1',
      port: 8080,
      metricsPort: 9464,
      logLevel: 'info',
      dataDir: '/home/pat/.local/share/green-button-cds-gateway',
      database: 'embedded',
      databasePartitions: 1,
      databasePrepare: true,
      queue: 'postgresql',
      startWaitSeconds: 60,
      utilities: ['sandbox-one'],
      sandbox: { enabled: true, port: 8081, url: 'http://localhost:8081', files: undefined, seed: 'gbcds' },
      serverName: 'Green Button to CDS gateway',
      supportUrl: 'http://localhost:8080',
      policyUrl: 'http://localhost:8080/docs#policy',
      termsUrl: 'http://localhost:8080/docs#terms',
      timezone: 'America/New_York',
      segmentLength: 'day',
      workerConcurrency: 4,
      maxBodyBytes: 15_728_640,
      accessTokenSeconds: 3600,
      syncAt: { hour: 4, minute: 30 },
      trustProxy: false,
    })
    expect(secrets.utilityClients.get('sandbox-one')?.clientId).toBe('gbcds')
    expect(secrets.sealKeys).toBeUndefined()
  })

  it('reports all faults at once: each names the variable, what is wrong and what to write', () => {
    const env = { PORT: '99999', TIMEZONE: 'Mars/Olympus', SYNC_AT: '25:00', UTILITIES: 'nowhere' }
    expect(() => read(env)).toThrow(
      new ConfigError([
        { variable: 'PORT', problem: 'is "99999"', write: 'a number from 1 to 65535' },
        {
          variable: 'TIMEZONE',
          problem: 'is "Mars/Olympus"',
          write: 'an IANA zone such as America/New_York',
        },
        { variable: 'SYNC_AT', problem: 'is "25:00"', write: 'a time of day such as 04:30' },
        {
          variable: 'UTILITIES',
          problem: 'names "nowhere", which no adapter describes',
          write: 'some of sandbox-one, coastal-power',
        },
      ]),
    )
  })

  it.each([
    ['PORT', '0'],
    ['PORT', '8080.5'],
    ['METRICS_PORT', '-1'],
    ['LOG_LEVEL', 'loud'],
    ['PUBLIC_URL', 'gateway.example'],
    ['PUBLIC_URL', 'https://gateway.example/path'],
    ['PUBLIC_URL', 'http://gateway.example'],
    ['SUPPORT_URL', 'javascript:alert(1)'],
    ['POLICY_URL', 'policy.html'],
    ['TERMS_URL', 'javascript:alert(1)'],
    ['REDIS_URL', 'http://cache'],
    ['SANDBOX', 'yes'],
    ['SYNC_AT', '4:30'],
    ['SEGMENT_LENGTH', 'week'],
    ['TRUST_PROXY', 'true'],
    ['TRUST_PROXY', 'loadbalancer'],
    ['MAX_BODY_BYTES', '10MB'],
    ['ACCESS_TOKEN_SECONDS', '0'],
    ['SEAL_KEYS', KEY],
    ['SEAL_KEYS', `k1:${Buffer.alloc(16).toString('base64')}`],
    ['SEAL_KEYS', `k1:${KEY},k1:${KEY}`],
    ['START_WAIT_SECONDS', '-1'],
    ['DATABASE_PARTITIONS', '0'],
    ['DATABASE_PARTITIONS', '1025'],
    ['ID_SECRET', 'short'],
  ])('refuses %s=%s', (name, value) => {
    expect(faultsOf({ [name]: value })).toEqual([expect.stringMatching(`^${name} `)])
  })

  it.each([
    ['METRICS_PORT', '0', { metricsPort: undefined }],
    ['PUBLIC_URL', 'https://gateway.example/', { publicUrl: 'https://gateway.example' }],
    ['DATABASE_PREPARE', 'off', { databasePrepare: false }],
    ['TRUST_PROXY', '2', { trustProxy: 2 }],
    ['TRUST_PROXY', '10.0.0.0/8, ::1', { trustProxy: ['10.0.0.0/8', '::1'] }],
    ['POLICY_URL', 'https://utility.example/policy', { policyUrl: 'https://utility.example/policy' }],
    ['TERMS_URL', 'https://utility.example/terms', { termsUrl: 'https://utility.example/terms' }],
    ['SEGMENT_LENGTH', 'month', { segmentLength: 'month' }],
    ['SYNC_AT', '00:05', { syncAt: { hour: 0, minute: 5 } }],
    ['SANDBOX_FILES', '/feeds', { sandbox: expect.objectContaining({ files: '/feeds' }) }],
    ['PORT', '', { port: 8080 }],
  ])('takes %s=%s', (name, value, expected) => {
    expect(read({ [name]: value }).config).toMatchObject(expected)
  })

  it('needs the keys in the environment when several processes share a database', () => {
    const { SEAL_KEYS, ID_SECRET, ...without } = production
    expect(faultsOf(without)).toEqual([
      'SEAL_KEYS is missing, and with DATABASE_URL several processes must agree on it',
      'ID_SECRET is missing, and with DATABASE_URL several processes must agree on it',
    ])
    expect(faultsOf({ ...without, SEAL_KEYS, ID_SECRET })).toEqual([])
  })

  it('wants to know where sandbox utilities run when it does not run them itself', () => {
    const { UTILITIES, ...env } = production
    expect(faultsOf(env)).toEqual([
      'UTILITIES enables sandbox utilities, and neither SANDBOX=on nor SANDBOX_URL says where they run',
    ])
    expect(faultsOf({ ...env, SANDBOX_URL: 'http://sandbox.localhost:8081' })).toEqual([])
  })

  it('refuses months where an enabled utility answers too few days per request to fetch one whole', () => {
    const env = { ...production, SEGMENT_LENGTH: 'month' }
    expect(() => read(env)).toThrow(
      'SEGMENT_LENGTH is month, which takes requests of 31 days, and coastal-power answers at most 30 (limits.daysPerRequest of its adapter): write day, or take coastal-power out of UTILITIES',
    )
    expect(faultsOf({ ...env, SEGMENT_LENGTH: 'day' })).toEqual([])
    expect(faultsOf({ SEGMENT_LENGTH: 'month' })).toEqual([])
  })

  it('refuses one port for two listeners', () => {
    expect(faultsOf({ PORT: '9464' })).toEqual(['METRICS_PORT is 9464, as PORT is'])
  })

  it('needs our client at each enabled utility, and refuses one for a utility it does not know', () => {
    const { UTILITY_COASTAL_POWER_CLIENT_SECRET, ...env } = production
    expect(faultsOf({ ...env, UTILITY_COSTAL_POWER_CLIENT_SECRET: 'x' })).toEqual([
      'UTILITY_COASTAL_POWER_CLIENT_SECRET is missing, and UTILITIES enables coastal-power',
      'UTILITY_COSTAL_POWER_CLIENT_SECRET belongs to no known utility',
    ])
  })

  it.each([
    ['SEAL_KEYS', `k1:${KEY},k0:${Buffer.alloc(32).toString('base64')}`],
    ['SEAL_KEYS', `k1:${Buffer.alloc(32, 7).toString('base64')}`],
    ['ID_SECRET', Buffer.alloc(32).toString('base64')],
  ])('refuses a key in %s that everybody can guess', (name, value) => {
    expect(faultsOf({ [name]: value })).toEqual([`${name} is no random key: all its bytes are the same`])
  })

  it('puts flags of the command line before the environment', () => {
    expect(read({ PORT: '1000' }, { PORT: '2000' }).config.port).toBe(2000)
  })

  it('gives a frozen configuration', () => {
    const { config } = read({})
    expect(
      Object.isFrozen(config) && Object.isFrozen(config.sandbox) && Object.isFrozen(config.utilities),
    ).toBe(true)
  })

  it('keeps the data of root out of its home, which PostgreSQL cannot enter', () => {
    const root = { platform: 'linux', home: '/root', isRoot: true } as const
    expect(readConfig(known, { env: {}, machine: root }).config.dataDir).toBe(
      '/var/lib/green-button-cds-gateway',
    )
    expect(readConfig(known, { env: { XDG_DATA_HOME: '/data' }, machine: root }).config.dataDir).toBe(
      '/data/green-button-cds-gateway',
    )
  })
})

describe('secrets', () => {
  const { config, secrets } = read(production)

  it('print masked in text, JSON, inspection and the log', () => {
    const lines: string[] = []
    newLogger('info', { write: (line) => lines.push(line) }).info({
      config,
      secrets,
      client: secrets.utilityClients,
    })
    const printed = [
      JSON.stringify(secrets),
      inspect(secrets, { depth: 9 }),
      `${secrets.sealKeys}`,
      ...lines,
    ].join()
    expect(printed).not.toMatch(new RegExp(`pw@db|theirs|${KEY.slice(0, 20)}|${'07'.repeat(8)}`))
    expect(secrets.databaseUrl?.reveal()).toBe(production.DATABASE_URL)
    expect(secrets.sealKeys?.reveal().current).toBe('k1')
  })

  it('never appear in a fault', () => {
    const env = { DATABASE_URL: 'mysql://gbcds:hunter2@db', SEAL_KEYS: 'hunter2', ID_SECRET: 'hunter2' }
    expect(() => read(env)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    )
  })
})

describe('keepSecrets', () => {
  it('makes the keys on first start, keeps them for the owner only, and finds them again', () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'gbcds-secrets-'))
    const { secrets } = read({})
    const first = keepSecrets({ dataDir }, secrets)
    const second = keepSecrets({ dataDir }, secrets)
    expect(second.idSecret.reveal()).toEqual(first.idSecret.reveal())
    expect(second.sealKeys.reveal()).toEqual(first.sealKeys.reveal())
    expect(first.sealKeys.reveal().keys.get('local')).toHaveLength(32)
    expect(statSync(path.join(dataDir, 'secrets.json')).mode & 0o777).toBe(0o600)
    rmSync(dataDir, { recursive: true })
  })

  it('refuses a file with a key that everybody can guess', () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'gbcds-secrets-'))
    const zeros = Buffer.alloc(32).toString('base64')
    const file = path.join(dataDir, 'secrets.json')
    writeFileSync(file, JSON.stringify({ SEAL_KEYS: `local:${KEY}`, ID_SECRET: zeros }))
    expect(() => keepSecrets({ dataDir }, read({}).secrets)).toThrow(
      `ID_SECRET in ${file} is no random key: all its bytes are the same.`,
    )
    rmSync(dataDir, { recursive: true })
  })

  it('never replaces a damaged file: what it sealed would be lost', () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'gbcds-secrets-'))
    writeFileSync(path.join(dataDir, 'secrets.json'), '{"SEAL')
    expect(() => keepSecrets({ dataDir }, read({}).secrets)).toThrow('secrets.json is damaged')
    expect(readFileSync(path.join(dataDir, 'secrets.json'), 'utf8')).toBe('{"SEAL')
    rmSync(dataDir, { recursive: true })
  })
})

describe('docker/env.example', () => {
  it('lists every setting with its meaning, and none that does not exist', () => {
    const lines = readFileSync('docker/env.example', 'utf8').split('\n')
    const listed = lines
      .map((line) => /^#? ?([A-Z][A-Z0-9_]*)=/.exec(line)?.[1])
      .filter((name) => name !== undefined)
    expect(listed.filter((name) => !/^UTILITY_|^(POSTGRES|REDIS)_PASSWORD$/.test(name))).toEqual(
      Object.keys(SETTINGS),
    )
    for (const [name, { meaning }] of Object.entries(SETTINGS)) {
      expect(lines[lines.findIndex((line) => line.includes(`${name}=`)) - 1]).toContain(meaning)
    }
  })
  it('starts as it is, once the passwords and the two keys are filled in', () => {
    const example = readFileSync('docker/env.example', 'utf8')
    // As compose does: a value may name an earlier one.
    const text = example.replaceAll(/\$\{(?:POSTGRES|REDIS)_PASSWORD\}/g, 'pw')
    const env = Object.fromEntries(
      [...text.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
    )
    const { config } = readConfig(utilities, {
      env: { ...env, SEAL_KEYS: `k1:${KEY}`, ID_SECRET: KEY },
      machine,
    })
    expect(config).toMatchObject({ database: 'external', queue: 'redis', host: '0.0.0.0' })
    expect(env).toMatchObject({
      DATABASE_URL: 'postgresql://gbcds:pw@postgres:5432/gbcds',
      REDIS_URL: 'redis://:pw@redis:6379',
    })
  })
})
