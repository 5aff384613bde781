import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { EmbeddedPostgresError } from './errors.ts'

/** Who runs PostgreSQL. `drop` when this process is root and the server must be somebody else. */
export interface ServerUser {
  uid: number
  gid: number
  drop: boolean
}

/**
 * PostgreSQL refuses to run as root. As root the server runs as the owner of the existing cluster, else as `postgres`,
 * else as `nobody`; otherwise as this user.
 */
export function findServerUser(clusterDir: string): ServerUser {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0]
  const owner = statSync(clusterDir, { throwIfNoEntry: false })
  if (uid === 0) return owner ? { uid: owner.uid, gid: owner.gid, drop: true } : unprivilegedUser()
  if (owner && owner.uid !== uid) {
    throw new EmbeddedPostgresError(
      `The database in ${clusterDir} belongs to another user (uid ${owner.uid}). ` +
        'Start as that user, or choose another folder with --data DIR.',
    )
  }
  return { uid, gid, drop: false }
}

function unprivilegedUser(): ServerUser {
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = [idOf('-u', name), idOf('-g', name)]
    if (uid !== undefined && gid !== undefined && uid > 0) return { uid, gid, drop: true }
  }
  throw new EmbeddedPostgresError(
    'PostgreSQL does not run as root, and this system has neither a user "postgres" nor "nobody". ' +
      'Start as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own.',
  )
}

function idOf(option: '-u' | '-g', name: string): number | undefined {
  try {
    return Number(
      execFileSync('id', [option, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    )
  } catch {
    return undefined
  }
}

/** Makes the data folder, private to us; the server's user may pass through it to its own folders. */
export function makeDataFolder(dataDir: string): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
}

/** Opens the way through the data folder for the server's user; folders above it are not ours to open. */
export function openWayFor(user: ServerUser, dataDir: string): void {
  if (!user.drop) return
  const { mode } = statSync(dataDir)
  if (!mayPass(dataDir, user)) chmodSync(dataDir, (mode & 0o777) | 0o011)
  const closed = closedFolder(dataDir, user)
  if (closed === undefined) return
  throw new EmbeddedPostgresError(
    `PostgreSQL does not run as root; it runs as uid ${user.uid}, which may not pass through ${closed} to ${dataDir}. ` +
      `Choose another folder with --data DIR (for example /var/lib/green-button-cds-gateway), or run chmod o+x ${closed}.`,
  )
}

/** The first folder on the way to a path that the user may not pass through. */
export function closedFolder(target: string, user: ServerUser): string | undefined {
  const parts = path.resolve(target).split(path.sep)
  const folders = parts.map((_, index) => parts.slice(0, index + 1).join(path.sep) || path.sep)
  return folders.find((folder) => !mayPass(folder, user))
}

function mayPass(folder: string, user: ServerUser): boolean {
  return hasPermission(folder, 0o1, user)
}

/** Whether the user has the permission (4 read, 2 write, 1 execute) by owner, group or others. */
export function hasPermission(file: string, permission: number, user: ServerUser): boolean {
  const { mode, uid, gid } = statSync(file)
  if (uid === user.uid) return (mode & (permission << 6)) !== 0
  if (gid === user.gid) return (mode & (permission << 3)) !== 0
  return (mode & permission) !== 0
}
