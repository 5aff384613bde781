import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { entriesOf, feedOf } from '../espi/build-feed.ts'
import { folderOf } from './gbcds.ts'

const many = Array.from({ length: 24 * 400 }, (_, at) => ({ start: 1767243600 + at * 3600, value: at }))

it.each(['json', 'ndjson', 'csv'])('a reader that leaves early is no error: %s', async (format) => {
  const cwd = folderOf({ 'big.xml': feedOf(entriesOf([{ blocks: [many] }])) })
  const main = new URL('../../src/main.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [main, 'translate', 'big.xml', '--format', format], { cwd })
  const err = text(child.stderr)
  await once(child.stdout, 'data')
  child.stdout.destroy()
  expect(await once(child, 'close')).toEqual([0, null])
  expect(await err).not.toContain('Error')
})

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s removes what is half-written', async (signal, code) => {
  const cwd = folderOf({})
  const script = `
    import { StagedFiles } from './src/cli/staged-files.ts'
    import { withoutDrafts } from './src/cli/without-drafts.ts'
    const staged = new StagedFiles(false)
    await withoutDrafts(staged, async () => {
      (await staged.open(${JSON.stringify(cwd)} + '/a.json')).write('half', () => process.stdout.write('written'))
      await new Promise((resolve) => setTimeout(resolve, 60_000))
    })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script])
  await once(child.stdout, 'data')
  expect(readdirSync(cwd)).toHaveLength(1)
  child.kill(signal)
  expect(await once(child, 'exit')).toEqual([code, null])
  expect(readdirSync(cwd)).toEqual([])
})
