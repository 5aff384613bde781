import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isNoticed, refusalDetails } from '../../src/translate/refusals.ts'
import { additionalValueTypes } from '../../src/translate/usage/additional-value-types.ts'
import { expectPart, table } from '../support/page.ts'

const page = readFileSync('docs/espi-to-cds.md', 'utf8')

describe('docs/espi-to-cds.md', () => {
  it('lists every reason for a refusal with its meaning, and no other', () => {
    const rows = Object.entries(refusalDetails).map(([code, detail]) => [
      `\`${code}\``,
      isNoticed({ code }) ? 'noticed' : 'refused',
      detail,
    ])
    expectPart('docs/espi-to-cds.md', 'refused', table(['code', 'what', 'meaning'], rows))
  })

  it('names every additional value type (CDS-WG3-01 §10.8.6)', () => {
    for (const { type } of additionalValueTypes) expect(page).toContain(`\`${type}\``)
  })
})
