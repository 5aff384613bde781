import { existsSync } from 'node:fs'
import path from 'node:path'
import { npm } from './npm.mjs'
import { HOME, SetUpError, timed } from './say.mjs'

const MAJOR = 24

/** The npm package that holds the program itself for this platform; `node` only picks among these by a script. */
const PACKAGE = `${process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node'}-${process.platform}-${process.arch}`
const PROGRAM = path.join(HOME, 'node_modules', PACKAGE, 'bin', 'node')

/** The Node.js to run with: this one when it is new enough, else the one set up before; undefined when there is none. */
export function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= MAJOR) return process.execPath
  return existsSync(PROGRAM) ? PROGRAM : undefined
}

/** Brings Node.js 24 from npm. */
export async function installNode() {
  if (process.platform === 'win32') {
    throw new SetUpError(`Node.js ${MAJOR} is needed: install it from https://nodejs.org, then try again`)
  }
  const what = `Node.js ${MAJOR} (this is ${process.version})`
  await timed(`Installing ${what} from npm into .bootstrap`, () =>
    npm(['install', '--prefix', HOME, '--no-save', `${PACKAGE}@${MAJOR}`], process.execPath, what),
  )
}
