import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { HOME, ROOT, SetUpError } from './say.mjs'

const VITEST = 'node_modules/vitest/vitest.mjs'
const CHECKS = [
  ['node_modules/typescript/bin/tsc', '-p', '.'],
  ['node_modules/@biomejs/biome/bin/biome', 'check', '.'],
  [VITEST, 'run', 'test/architecture.test.ts'],
]

/**
 * Runs a command: one of ours (`test`, `check`, `bench`, `crash-test`), else the gateway's command line.
 * @param {string} node
 * @param {string[]} args
 */
export async function runCommand(node, [command, ...args]) {
  // Whatever the command starts finds this Node.js too.
  process.env.PATH = `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ''}`
  if (command === 'test') return spawnAll(node, [[VITEST, 'run', ...args]])
  if (command === 'check') return spawnAll(node, CHECKS)
  if (command === 'bench') return spawnAll(node, [['bench/index.ts', ...args]])
  if (command === 'crash-test') return spawnAll(node, [['test/crash/index.ts', ...args]])
  keepCompiled()
  const main = path.join(ROOT, 'src', 'main.ts')
  const all = command === undefined ? [] : [command, ...args]
  if (node !== process.execPath)
    return finishAs(await spawned(node, [...process.execArgv, main, ...all], process.cwd()))
  process.argv = [node, main, ...all]
  await import(pathToFileURL(main).href)
}

/**
 * Node.js keeps what it makes of the TypeScript, here and in the processes that a command starts: the next start takes half
 * the time, and less memory, for nothing is stripped and parsed again. A folder that cannot be written does no harm.
 */
function keepCompiled() {
  process.env.NODE_COMPILE_CACHE ??= path.join(HOME, 'compiled')
  module.enableCompileCache?.(process.env.NODE_COMPILE_CACHE)
}

/** Runs one after the other in the checkout; stops at the first that fails. */
async function spawnAll(node, programs) {
  for (const [program = '', ...args] of programs) {
    if (!existsSync(path.join(ROOT, program)))
      throw new SetUpError(`${program} is missing from this checkout`)
    const end = await spawned(node, [program, ...args], ROOT)
    if (end.code !== 0) return finishAs(end)
  }
}

/** @returns {Promise<{ code: number | null, signal: NodeJS.Signals | null }>} */
function spawned(node, args, cwd) {
  const child = spawn(node, args, { cwd, stdio: 'inherit' })
  const forwards = ['SIGTERM', 'SIGHUP', 'SIGINT'].map((name) => {
    // Ctrl-C in a terminal reaches the child by itself: telling it twice would read as "at once".
    const forward = () => void (name === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(name))
    process.on(name, forward)
    return () => process.off(name, forward)
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      for (const stop of forwards) stop()
      resolve({ code, signal })
    })
  })
}

/** Ends as the child did: same exit code, or same signal. */
function finishAs({ code, signal }) {
  if (signal) process.kill(process.pid, signal)
  process.exitCode = code ?? 1
}
