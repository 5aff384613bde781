import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { StagedFiles } from '../../src/cli/staged-files.ts'
import { folderOf } from './gbcds.ts'

it('a staged file appears at commit, not before', async () => {
  const folder = folderOf({})
  const staged = new StagedFiles(false)
  const stream = await staged.open(path.join(folder, 'a.json'))
  stream.write('whole')
  expect(readdirSync(folder)).not.toContain('a.json')
  expect(await staged.commit()).toEqual([])
  expect(readdirSync(folder)).toEqual(['a.json'])
  expect(readFileSync(path.join(folder, 'a.json'), 'utf8')).toBe('whole')
})

it('a discarded file leaves nothing behind', async () => {
  const folder = folderOf({})
  const staged = new StagedFiles(true)
  const stream = await staged.open(path.join(folder, 'a.json'))
  stream.write('half')
  staged.discard()
  expect(readdirSync(folder)).toEqual([])
})

it('a file that appeared in the meantime is kept, and named', async () => {
  const folder = folderOf({})
  const file = path.join(folder, 'a.json')
  const staged = new StagedFiles(false)
  await staged.open(file)
  writeFileSync(file, 'mine')
  expect(await staged.commit()).toEqual([file])
  expect(readFileSync(file, 'utf8')).toBe('mine')
  expect(readdirSync(folder)).toEqual(['a.json'])
})
