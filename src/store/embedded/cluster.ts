import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import type { Binaries } from './binaries.ts'
import { runProgram } from './child-process.ts'
import { EmbeddedPostgresError } from './errors.ts'
import { serversIn, signal, waitUntil } from './processes.ts'
import type { ServerUser } from './server-user.ts'

export const SUPERUSER = 'gbcds'

/**
 * Makes the cluster on first start. It is made under another name and renamed when complete, so that a first start that
 * was killed half-way leaves nothing that looks like a cluster.
 */
export async function makeCluster(
  clusterDir: string,
  binaries: Binaries,
  { user, sync }: { user: ServerUser; sync: boolean },
): Promise<void> {
  const draft = `${clusterDir}.new-${process.pid}`
  await removeDrafts(clusterDir)
  mkdirSync(draft, { mode: 0o700 })
  if (user.drop) chownSync(draft, user.uid, user.gid)
  await runInitdb(draft, binaries, { user, sync })
  renameSync(draft, clusterDir)
}

async function runInitdb(
  folder: string,
  binaries: Binaries,
  { user, sync }: { user: ServerUser; sync: boolean },
): Promise<void> {
  // Everybody who reaches the socket is trusted: its folder lets nobody in but the server's user and root.
  const options = [
    '--encoding=UTF8',
    '--locale=C',
    '--auth=trust',
    `--username=${SUPERUSER}`,
    '--no-instructions',
  ]
  if (!sync) options.push('--no-sync')
  try {
    await runProgram(binaries.initdb, ['-D', folder, ...options], {
      cwd: folder,
      env: serverEnvironment(),
      ...(user.drop ? { uid: user.uid, gid: user.gid } : {}),
    })
  } catch (cause) {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
    throw new EmbeddedPostgresError(
      `PostgreSQL could not make its database in ${path.dirname(folder)}: ${reasonOf(cause)}. ` +
        'Is the disk full, or mounted read-only or noexec? Another folder: --data DIR.',
      { cause },
    )
  }
}

/** Removes what a first start left when it was killed; its initdb may still be at work there. */
async function removeDrafts(clusterDir: string): Promise<void> {
  const [folder, name] = [path.dirname(clusterDir), path.basename(clusterDir)]
  for (const entry of readdirSync(folder).filter((file) => file.startsWith(`${name}.new-`))) {
    const draft = path.join(folder, entry)
    for (const pid of serversIn(draft, undefined)) signal(pid, 'SIGKILL')
    const isGone = (): boolean => {
      rmSync(draft, { recursive: true, force: true, maxRetries: 3 })
      return !existsSync(draft)
    }
    if (!(await waitUntil(isGone, 10_000)))
      throw new EmbeddedPostgresError(`${draft} cannot be removed; remove it.`)
  }
}

/** Throws when the cluster was made by another major version: PostgreSQL cannot read it. */
export function checkVersion(clusterDir: string, { major }: Pick<Binaries, 'major'>): void {
  const file = path.join(clusterDir, 'PG_VERSION')
  const made = existsSync(file) ? readFileSync(file, 'utf8').trim() : 'no version'
  if (made === major) return
  throw new EmbeddedPostgresError(
    `The database in ${clusterDir} was made by PostgreSQL ${made}, and this gateway brings PostgreSQL ${major}. ` +
      'Use the gateway version that made it, or start afresh in another folder with --data DIR.',
  )
}

/** What the server inherits: nothing of ours. Our environment holds secrets, and `PG…` variables would change it. */
export function serverEnvironment(): Record<string, string> {
  return { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }
}

function reasonOf(cause: unknown): string {
  const stderr = cause instanceof Error && 'stderr' in cause ? String(cause.stderr) : ''
  const line = stderr.split('\n').find((text) => /error|fatal|could not/i.test(text))
  return (
    line?.trim() ?? (cause instanceof Error ? cause.message.split('\n')[0] : undefined) ?? 'unknown reason'
  )
}
