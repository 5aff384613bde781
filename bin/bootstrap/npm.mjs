import { spawn } from 'node:child_process'
import path from 'node:path'
import { ROOT, SetUpError } from './say.mjs'

/** What npm prints when something is wrong, and how to mend it. The first that fits is said. */
const REASONS = [
  [/EUSAGE/, 'package.json and package-lock.json disagree: run npm install, then try again'],
  [/ENOSPC|no space left/i, 'the disk is full: free about 500 MB, then try again'],
  [/EROFS|EACCES|EPERM/, 'the folder cannot be written: make it writable for this user, then try again'],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network|socket hang up|ERR_SOCKET/i,
    'the npm registry cannot be reached: check the network (behind a proxy: npm config set proxy http://…), then try again',
  ],
  [/E40[134]|E5\d\d/, 'the npm registry refused: check "npm config get registry", then try again'],
]

/**
 * Runs npm with the given Node.js.
 * @param {string[]} args
 * @param {string} node path of the Node.js to run it with
 * @param {string} what for the message, e.g. "dependencies"
 */
export async function npm(args, node, what) {
  const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error']
  const { code, output } = await runNpm([...args, ...quiet], node)
  if (code === 0) return
  const reason = REASONS.find(([pattern]) => pattern.test(output))?.[1] ?? 'npm says'
  throw new SetUpError(
    `installing ${what} failed: ${reason}\n${output.trim().split('\n').slice(0, 12).join('\n')}`,
  )
}

/** @returns {Promise<{ code: number | null, output: string }>} */
function runNpm(args, node) {
  // npm that started us tells where it is; it may be a newer one than the system's.
  const own = process.env.npm_execpath?.endsWith('npm-cli.js') ? process.env.npm_execpath : undefined
  const [command, ...rest] = own ? [node, own, ...args] : ['npm', ...args]
  const env = { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ''}` }
  return new Promise((resolve, reject) => {
    const child = spawn(command, rest, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output = `${output}${chunk}`.slice(-20_000)
      })
    }
    child.on('error', (error) => reject(npmMissing(error)))
    child.on('close', (code) => resolve({ code, output }))
  })
}

function npmMissing(error) {
  if (error.code !== 'ENOENT') return error
  return new SetUpError(
    'npm is missing. It comes with Node.js from https://nodejs.org; on Debian and Ubuntu: apt-get install npm',
  )
}
