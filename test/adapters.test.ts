import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { utilities } from '../adapters/index.ts'
import { parseScopeString } from '../src/espi/scope-string.ts'
import { toEspiScope } from '../src/scope-map/to-espi-scope.ts'

const root = new URL('..', import.meta.url)
const files = readdirSync(new URL('adapters', root)).filter((file) => file !== 'index.ts')

describe('adapters', () => {
  it('are all listed in adapters/index.ts, under the id that is their file name', () => {
    expect(utilities.map(({ id }) => `${id}.ts`).sort()).toEqual(files.sort())
  })

  it('have ids of their own', () => {
    expect(new Set(utilities.map(({ id }) => id)).size).toBe(utilities.length)
  })

  it.each(utilities)('$id has onboarding notes', ({ id }) => {
    expect(existsSync(new URL(`docs/utilities/${id}.md`, root))).toBe(true)
  })

  it.each(files)('%s holds facts only: it imports nothing but defineUtility', (file) => {
    const source = readFileSync(new URL(`adapters/${file}`, root), 'utf8')
    expect(source.match(/^import .*$/gm)).toEqual([
      "import { defineUtility } from '../src/utility/profile.ts'",
    ])
    expect(source).not.toMatch(/=>|\bfunction\b|\bif\b/)
  })

  it.each(utilities)('$id can be asked for usage and for customer data', (profile) => {
    const requests = [{ type: 'cds_usage', details: {} }]
    const blocks = parseScopeString(toEspiScope(requests, profile, new Date('2026-03-01T12:00:00Z'))).blocks
    expect(blocks).toEqual(expect.arrayContaining([4, profile.scope.customerBlock]))
  })
})
