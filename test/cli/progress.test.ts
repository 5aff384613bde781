import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { newProgress } from '../../src/cli/progress.ts'

/** Everything a bar writes while 5 of 10 MB are read. */
function shown(isTTY: boolean, size: number): string {
  const stderr = Object.assign(new PassThrough(), {
    isTTY,
    cursorTo: () => true,
    clearLine: () => true,
    moveCursor: () => true,
  })
  const progress = newProgress(stderr, { name: 'a{bar}.xml', size })
  progress.update(5e6)
  progress.stop()
  return String(stderr.read() ?? '')
}

it('shows share, megabytes, rate and time left on a terminal', () => {
  expect(shown(true, 10e6)).toMatch(/a_bar_\.xml \[.*\] 50% \| 5\/10 MB \| \d+ MB\/s \| .* left/)
})

it('shows nothing elsewhere, and nothing for a small file', () => {
  expect(shown(false, 10e6)).toBe('')
  expect(shown(true, 1e6)).toBe('')
})
