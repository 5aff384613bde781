import { afterAll } from 'vitest'

type CleanUp = () => unknown

const cleanUps: CleanUp[] = []

/**
 * Runs when the test file ends, the latest first. Unlike `afterAll`, which vitest forgets when a running hook calls it,
 * this may be called from anywhere.
 */
export function afterThisFile(run: CleanUp): void {
  cleanUps.push(run)
}

// This file is a set-up file of vitest: here the hook is registered first, and so runs last.
afterAll(async () => {
  for (const run of cleanUps.splice(0).reverse()) await run()
})
