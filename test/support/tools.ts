import { execFileSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import path from 'node:path'
import { inject } from 'vitest'
import { noteOnce } from './shared.ts'

/** Programs that tests need beyond npm: their names, and the Debian package that brings each. */
export const TOOLS = {
  'redis-server': { names: ['redis-server', 'valkey-server'], debian: 'redis-server' },
  chromium: { names: ['chromium', 'chromium-browser', 'google-chrome'], debian: 'chromium' },
  xmllint: { names: ['xmllint'], debian: 'libxml2-utils' },
  curl: { names: ['curl'], debian: 'curl' },
} as const

export type Tool = keyof typeof TOOLS
export type ToolPaths = Partial<Record<Tool, string>>

/**
 * The program, or undefined with one line that says how to get it: tests that need it skip then. With `CI` set the
 * run has failed before: nothing is skipped there.
 */
export function tool(name: Tool): string | undefined {
  const found = inject('tools')[name]
  if (!found) noteOnce(`skipped: ${name} is not installed (Debian: apt-get install ${TOOLS[name].debian})`)
  return found
}

/** Finds every tool; what is missing is installed where that may be done (root on Debian). Throws in CI otherwise. */
export function provideTools(): ToolPaths {
  const found = findTools()
  const missing = toolNames().filter((name) => !found[name])
  if (missing.length === 0) return found
  if (mayInstall()) install(missing.map((name) => TOOLS[name].debian))
  const after = findTools()
  const still = missing.filter((name) => !after[name])
  if (still.length > 0 && process.env.CI) {
    throw new Error(
      `${still.join(', ')} missing, and in CI no test is skipped: install it, or run as root on Debian`,
    )
  }
  return after
}

function findTools(): ToolPaths {
  return Object.fromEntries(toolNames().map((name) => [name, TOOLS[name].names.map(which).find(Boolean)]))
}

function toolNames(): Tool[] {
  return Object.keys(TOOLS).filter((name): name is Tool => name in TOOLS)
}

function which(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(path.delimiter)
  return folders.map((folder) => path.join(folder, name)).find(isProgram)
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function mayInstall(): boolean {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && which('apt-get') !== undefined
}

function install(packages: string[]): void {
  console.warn(`Installing what the tests need from Debian: ${packages.join(' ')} (once, a minute or so)`)
  const apt = (...args: string[]): void => {
    const options = ['-q', '-y', '-o', 'DPkg::Lock::Timeout=300', ...args]
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    execFileSync('apt-get', options, { env, stdio: ['ignore', 'ignore', 'inherit'] })
  }
  try {
    apt('update')
    apt('install', '--no-install-recommends', ...packages)
  } catch {
    console.warn('apt-get failed; tests that need these programs are skipped')
  }
}
