import { readFileSync } from 'node:fs'
import path from 'node:path'
import { alone } from './lock.mjs'
import { findNode, installNode } from './node24.mjs'
import { npm } from './npm.mjs'
import { ROOT, timed } from './say.mjs'

/**
 * Installs what is missing; does nothing, fast, when nothing is. Gives the Node.js to run with.
 * @returns {Promise<string>}
 */
export async function setUp() {
  const ready = findNode()
  if (ready && hasDependencies()) return ready
  return alone(async () => {
    if (!findNode()) await installNode()
    const node = findNode() ?? process.execPath
    if (!hasDependencies()) await installDependencies(node)
    return node
  })
}

function installDependencies(node) {
  // Tests and checks are part of a clone, whatever NODE_ENV says.
  const args = ['ci', '--include=dev', '--include=optional']
  return timed('Installing dependencies', () => npm(args, node, 'dependencies'))
}

/**
 * Whether node_modules holds what package-lock.json says. npm writes its own list there as the last step of an install,
 * so one that was cut off has none.
 */
function hasDependencies() {
  const wanted = packagesOf(path.join(ROOT, 'package-lock.json'))
  const installed = packagesOf(path.join(ROOT, 'node_modules', '.package-lock.json'))
  if (!installed) return false
  return Object.entries(wanted ?? {}).every(
    ([place, { version, optional, devOptional }]) =>
      place === '' ||
      installed[place]?.version === version ||
      ((optional || devOptional) && !installed[place]),
  )
}

/** @returns {Record<string, { version?: string, optional?: boolean, devOptional?: boolean }> | undefined} */
function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages
  } catch {
    return undefined
  }
}
