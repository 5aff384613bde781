import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { utilities } from '../adapters/index.ts'

/** Each part and the parts it may import. Anything not listed is forbidden; `src/config` is also `src/config.ts`. */
const FORMATS = ['src/shared', 'src/espi', 'src/cds/wire', 'src/cds/kinds', 'src/utility']
const MIDDLE = [...FORMATS, 'src/scope-map', 'src/translate']
const OUTSIDES = ['src/upstream', 'src/oauth', 'src/cds', 'src/sync']
const GATEWAY = [...MIDDLE, ...OUTSIDES, 'src/http', 'src/store', 'src/config']

const MAY_IMPORT: Record<string, readonly string[]> = {
  'src/shared': [],
  'src/espi': ['src/shared'],
  'src/cds/wire': ['src/shared'],
  'src/cds/kinds': ['src/shared', 'src/cds/wire'],
  'src/cds/pages': ['src/shared'],
  'src/utility': ['src/shared'],
  'src/config': ['src/shared'],
  'src/sandbox': ['src/shared', 'src/espi'],
  'src/scope-map': FORMATS,
  'src/translate': FORMATS,
  'src/upstream': MIDDLE,
  'src/oauth': MIDDLE,
  'src/cds': [...MIDDLE, 'src/oauth', 'src/cds/pages'],
  'src/sync': [...MIDDLE, 'src/upstream', 'src/oauth', 'src/cds'],
  'src/http': [...MIDDLE, ...OUTSIDES],
  'src/store': [...MIDDLE, ...OUTSIDES],
  'src/wire-up': [...GATEWAY, 'src/sandbox', 'adapters'],
  'src/cli': [...GATEWAY, 'src/sandbox', 'src/wire-up', 'adapters'],
  'src/main': ['src/cli', 'src/config', 'src/shared'],
  adapters: ['src/utility'],
}

/** Libraries that belong to some parts only. */
const MAY_USE: Record<string, readonly string[]> = {
  express: ['src/http', 'src/cds/routes', 'src/oauth', 'src/sandbox'],
  helmet: ['src/http'],
  bullmq: ['src/sync'],
  ioredis: ['src/sync', 'src/wire-up'],
  kysely: ['src/store'],
  // BullMQ's PostgreSQL backend is handed a pool.
  pg: ['src/store', 'src/wire-up', 'src/sync/queues'],
  saxes: ['src/espi', 'src/sandbox'],
  'openid-client': ['src/upstream'],
  undici: ['src/upstream'],
  'libphonenumber-js': ['src/translate/customer'],
  commander: ['src/main', 'src/cli'],
  'cli-progress': ['src/cli'],
}

/** What ends the process when nobody listens to its errors, and the one file that may open it. */
const OPENED_BY: readonly { opens: RegExp; only: string }[] = [
  { opens: /new (?:pg\.)?(?:Pool|Client)\b/g, only: 'src/store/pool.ts' },
  { opens: /new (?:Redis|IORedis|Cluster)\b/g, only: 'src/wire-up/redis.ts' },
  {
    opens: /\b(?:spawn|execFile|fork)\(|promisify\(execFile\)/g,
    only: 'src/store/embedded/child-process.ts',
  },
]

const files = globSync('{src,adapters}/**/*.ts').sort()

function isIn(file: string, part: string): boolean {
  return file === `${part}.ts` || file.startsWith(`${part}/`)
}

function partOf(file: string): string | undefined {
  const parts = Object.keys(MAY_IMPORT).sort((a, b) => b.length - a.length)
  return parts.find((part) => isIn(file, part))
}

/** What a file imports, statically or not; types count: a part that knows another's types depends on it. */
function importsOf(source: string): string[] {
  const imports = source.matchAll(/(?:\bfrom |\bimport |\bimport\()'([^']+)'/g)
  return [...imports].map(([, target]) => target!)
}

function wrongImports(file: string, source: string): string[] {
  const from = partOf(file) ?? ''
  return importsOf(source).filter((target) => {
    if (!target.startsWith('.')) return !mayUse(file, target)
    const to = partOf(path.normalize(path.join(path.dirname(file), target)))
    return !to || (to !== from && !MAY_IMPORT[from]?.includes(to))
  })
}

function mayUse(file: string, library: string): boolean {
  const name = Object.keys(MAY_USE).find((name) => library === name || library.startsWith(`${name}/`))
  return name === undefined || MAY_USE[name]!.some((part) => isIn(file, part))
}

/** The files for which a check finds something wrong, with what it finds. */
function offenders(
  check: (file: string, source: string) => readonly string[],
): Record<string, readonly string[]> {
  const found = files.map((file) => [file, check(file, readFileSync(file, 'utf8'))] as const)
  return Object.fromEntries(found.filter(([, wrong]) => wrong.length > 0))
}

describe('every file of src/ and adapters/', () => {
  it('lies in a part whose imports are declared', () => {
    expect(files.length).toBeGreaterThan(0)
    expect(files.filter((file) => partOf(file) === undefined)).toEqual([])
  })

  it('imports only what its part may', () => {
    expect(offenders(wrongImports)).toEqual({})
  })

  it('opens connections and starts programs in one place each, which listens to their errors', () => {
    const opened = (file: string, source: string) =>
      OPENED_BY.flatMap(({ opens, only }) => (only === file ? [] : (source.match(opens) ?? [])))
    expect(offenders(opened)).toEqual({})
    for (const { opens, only } of OPENED_BY) expect(readFileSync(only, 'utf8')).toMatch(opens)
  })

  it('leaves the environment to src/config.ts', () => {
    const reads = /process\.env|from 'node:process'/g
    expect(
      offenders((file, source) => (file === 'src/config.ts' ? [] : (source.match(reads) ?? []))),
    ).toEqual({})
  })

  it('opens no body of a utility but in one file, where every error of a body has a listener', () => {
    const MAY_TAKE: Record<string, RegExp> = {
      'src/upstream/network.ts': /^\{ Agent, type Dispatcher \}$/,
      'src/upstream/ask-utility.ts': /^\{ type Dispatcher, request \}$/,
    }
    const taken = (file: string, source: string) => {
      const imports = [...source.matchAll(/import (?:type )?([^;']*?) from 'undici'/g)].map(
        ([, names]) => names!,
      )
      const dynamic = source.match(/import\('undici|\bfetch\(|from 'node:https?'/g) ?? []
      const isServer = !isIn(file, 'src/upstream')
      return [...imports.filter((names) => !MAY_TAKE[file]?.test(names)), ...(isServer ? [] : dynamic)]
    }
    expect(offenders(taken)).toEqual({})
  })

  it('names no utility outside adapters/: a utility is data', () => {
    const named = (file: string, source: string) =>
      isIn(file, 'adapters') ? [] : utilities.map(({ id }) => id).filter((id) => source.includes(id))
    expect(offenders(named)).toEqual({})
  })
})

describe('wrongImports', () => {
  it.each([
    ['src/espi/read-feed.ts', `import { x } from '../translate/x.ts'`, ['../translate/x.ts']],
    ['src/cds/wire/account.ts', `import type { X } from '../routes/x.ts'`, ['../routes/x.ts']],
    ['src/cds/routes/accounts.ts', `import type { X } from '../wire/x.ts'`, []],
    ['src/oauth/token.ts', `import pg from 'pg'`, ['pg']],
    ['src/store/x.ts', `import { Migrator } from 'kysely/migration'`, []],
    ['src/espi/x.ts', `const x = await import('../http/app.ts')`, ['../http/app.ts']],
    ['src/http/app.ts', `import '../nowhere/x.ts'`, ['../nowhere/x.ts']],
    ['adapters/x.ts', `import { x } from '../src/config.ts'`, ['../src/config.ts']],
  ])('%s: %s', (file, source, wrong) => {
    expect(wrongImports(file, source)).toEqual(wrong)
  })
})
