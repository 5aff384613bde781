import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { newProgress } from '../../src/cli/progress.ts'

/** Everything a bar writes while 5 of 10 MB are read. */
async function shown(isTTY: boolean, size: number): Promise<string> {
  const stderr = Object.assign(new PassThrough(), {
    isTTY,
    cursorTo: () => true,
    clearLine: () => true,
    moveCursor: () => true,
  })
  const progress = await newProgress(stderr, { name: 'a{bar}.xml', size })
  progress.update(5e6)
  progress.stop()
  return String(stderr.read() ?? '')
}

it('shows share, megabytes, rate and time left on a terminal', async () => {
  expect(await shown(true, 10e6)).toMatch(/a_bar_\.xml \[.*\] 50% \| 5\/10 MB \| \d+ MB\/s \| .* left/)
})

it('shows nothing elsewhere, and nothing for a small file', async () => {
  expect(await shown(false, 10e6)).toBe('')
  expect(await shown(true, 1e6)).toBe('')
})
