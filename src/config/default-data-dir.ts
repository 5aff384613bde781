import path from 'node:path'

export interface Machine {
  platform: NodeJS.Platform
  home: string
  isRoot: boolean
}

const NAME = 'green-button-cds-gateway'

/** The user's data folder; for root the system's, since PostgreSQL runs as another user, whom root's home keeps out. */
export function defaultDataDir(xdgDataHome: string | undefined, { platform, home, isRoot }: Machine): string {
  if (platform === 'darwin') return path.join(isRoot ? '/' : home, 'Library', 'Application Support', NAME)
  // XDG Base Directory: a relative path there is invalid and ignored.
  if (xdgDataHome && path.isAbsolute(xdgDataHome)) return path.join(xdgDataHome, NAME)
  return isRoot ? path.join('/var/lib', NAME) : path.join(home, '.local', 'share', NAME)
}
