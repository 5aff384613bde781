import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { utilities } from '../adapters/index.ts'

const ROOT = path.join(import.meta.dirname, '..')
const README = readFileSync(path.join(ROOT, 'README.md'), 'utf8')

describe('README', () => {
  it('lists the utilities as their adapters describe them', () => {
    const rows = README.split('\n').filter((line) => line.startsWith('| `'))
    expect(rows).toEqual(
      utilities.map(
        ({ id, name, environment, commodities, selfAccess }) =>
          `| \`${id}\` | ${name} | ${environment} | ${commodities.join(', ')} | ${selfAccess.join(', ')} |`,
      ),
    )
  })

  it('links to files that are there', () => {
    const links = [...README.matchAll(/\]\(([^)#:]+)\)/g)].map((match) => match[1] ?? '')
    expect(links.filter((link) => !existsSync(path.join(ROOT, link)))).toEqual([])
    expect(links.length).toBeGreaterThan(5)
  })
})
