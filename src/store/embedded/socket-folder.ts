import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { ServerUser } from './server-user.ts'

export const SOCKET_PORT = 5432
export const SOCKET_NAME = `.s.PGSQL.${SOCKET_PORT}`
/** What `sun_path` holds on the narrowest system, macOS: 104 bytes with the closing zero. */
const MAX_PATH_BYTES = 103

export interface SocketFolder {
  path: string
  /** Removes what a killed server left in it: that would keep the next one from starting. */
  clear(): void
  remove(): void
}

/** A folder for the server's socket that only its user (and root) may enter: in the data folder, or a short one. */
export function makeSocketFolder(dataDir: string, user: ServerUser): SocketFolder {
  const inside = path.join(dataDir, 'socket')
  const isShort = Buffer.byteLength(path.join(inside, SOCKET_NAME)) <= MAX_PATH_BYTES
  const folder = isShort ? inside : mkdtempSync(path.join(shortTmp(user), 'gbcds-'))
  // What a killed server left here would keep the next one from starting.
  if (isShort) rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  chmodSync(folder, 0o700)
  if (user.drop) chownSync(folder, user.uid, user.gid)
  return {
    path: folder,
    clear: () => {
      for (const entry of readdirSync(folder)) rmSync(path.join(folder, entry), { force: true })
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** The user's own temporary folder may be long (macOS) or closed to the server's user (root's). */
function shortTmp({ drop }: ServerUser): string {
  return drop || Buffer.byteLength(tmpdir()) > 60 ? '/tmp' : tmpdir()
}
