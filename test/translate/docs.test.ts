import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { additionalValueTypes } from '../../src/translate/additional-value-types.ts'
import { refusalDetails } from '../../src/translate/refusals.ts'

const page = readFileSync('docs/espi-to-cds.md', 'utf8')

const refused = page.slice(page.indexOf('## Refused'), page.indexOf('## Not read yet'))

describe('docs/espi-to-cds.md', () => {
  it('lists every reason for a refusal with its meaning, and no other', () => {
    const listed = [...refused.matchAll(/^\| `(\w+)` +\| (.+?) +\|$/gm)].map(([, code, detail]) => [
      code,
      detail,
    ])
    expect(listed).toEqual(Object.entries(refusalDetails))
  })

  it('names every additional value type (CDS-WG3-01 §10.8.6)', () => {
    for (const { type } of additionalValueTypes) expect(page).toContain(`\`${type}\``)
  })
})
