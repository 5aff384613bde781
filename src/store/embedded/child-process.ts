import { type ChildProcess, execFile, type SpawnOptions, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'

/** A program that runs beside us. */
export interface Running {
  child: ChildProcess
  /** Resolves with how it ended: a signal, an exit code, or why it could not be started. Never rejects. */
  ended: Promise<string>
  hasEnded(): boolean
}

type Options = Pick<SpawnOptions, 'cwd' | 'env' | 'uid' | 'gid'>

/**
 * Starts a program in a process group of its own and hands on what it writes to stderr, line by line. The one place that spawns: the
 * child and its pipe have listeners from the start, so that neither can end this process.
 */
export function startProgram(
  program: string,
  args: readonly string[],
  { onLine, ...options }: Options & { onLine(line: string): void },
): Running {
  const child = spawn(program, args, { ...options, detached: true, stdio: ['ignore', 'ignore', 'pipe'] })
  const { promise: ended, resolve } = Promise.withResolvers<string>()
  let how: string | undefined
  const end = (text: string): void => {
    how ??= text
    resolve(how)
  }
  child.once('exit', (code, signalName) => end(signalName ?? `exit code ${code}`))
  // A failed kill is reported here too; only a program that never started has no process id.
  child.on('error', (error) => {
    if (child.pid === undefined) end(error.message)
  })
  if (child.stderr) {
    child.stderr.on('error', () => {})
    createInterface({ input: child.stderr })
      .on('line', onLine)
      .on('error', () => {})
  }
  return { child, ended, hasEnded: () => how !== undefined }
}

/** Runs a program to its end; rejects with its stderr when it fails. */
export async function runProgram(program: string, args: readonly string[], options: Options): Promise<void> {
  await promisify(execFile)(program, [...args], options)
}
