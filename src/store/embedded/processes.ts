import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const HAS_PROC = existsSync('/proc/self/stat')
const PROGRAMS = ['postgres', 'initdb']

/**
 * A text that tells one life of a process id from the next, or undefined when no such process lives. A process id alone
 * does not identify a process: ids are used again, after a restart of a container almost surely.
 */
export function processStart(pid: number): string | undefined {
  return HAS_PROC ? startFromProc(pid) : startFromPs(pid)
}

function startFromProc(pid: number): string | undefined {
  const stat = tryOr(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
  // The command's name is in parentheses and may hold anything; the fields after it are fixed (proc(5)).
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, startTicks] = [fields?.[0], fields?.[19]]
  if (!startTicks || state === 'Z' || state === 'X') return undefined
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${startTicks}`
}

function startFromPs(pid: number): string | undefined {
  return (
    tryOr(() => execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()) ||
    undefined
  )
}

/** Whether the process id is in use, be it by a dead process whose parent has not asked how it ended. */
export function isTaken(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** The processes of a PostgreSQL server on this folder, whoever started it: they work in it (postmaster and backends). */
export function serversIn(folder: string, recordedPid: number | undefined): number[] {
  if (HAS_PROC) return pidsOfProc().filter((pid) => isServerIn(folder, pid))
  if (recordedPid === undefined) return []
  const command = tryOr(() =>
    execFileSync('ps', ['-o', 'args=', '-p', String(recordedPid)], { encoding: 'utf8' }),
  )
  return command?.includes(folder) ? [recordedPid] : []
}

/** A shell that merely stands in the folder is not a server. */
function isServerIn(folder: string, pid: number): boolean {
  return (
    tryOr(() => readlinkSync(`/proc/${pid}/cwd`)) === folder &&
    PROGRAMS.includes(tryOr(() => readFileSync(`/proc/${pid}/comm`, 'utf8').trim()) ?? '')
  )
}

function pidsOfProc(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger)
}

/** Waits until a condition holds; false when it did not in time. */
export async function waitUntil(
  holds: () => boolean | Promise<boolean>,
  timeoutMs: number,
): Promise<boolean> {
  const end = performance.now() + timeoutMs
  while (!(await holds())) {
    if (performance.now() > end) return false
    await sleep(20)
  }
  return true
}

/** Sends a signal; a process that is gone already is fine. */
export function signal(pid: number, name: NodeJS.Signals): void {
  tryOr(() => process.kill(pid, name))
}

/** What the function gives, or undefined when it throws. */
function tryOr<T>(run: () => T): T | undefined {
  try {
    return run()
  } catch {
    return undefined
  }
}
