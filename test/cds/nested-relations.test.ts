import { describe, expect, it } from 'vitest'
import { billStatements } from '../../src/cds/kinds/bill-statements.ts'
import type { Kind, KindName } from '../../src/cds/kinds/kind.ts'
import type { Told, View } from '../../src/cds/stores.ts'
import { idsNamedBy, visibleObject } from '../../src/cds/visible-object.ts'
import type { Json } from '../../src/shared/json.ts'

const kind = billStatements as unknown as Kind
const at = new Date('2026-03-01T00:00:00Z')
const charges = [
  { id: 'a', related_billsections: ['s1', 's2'] },
  { id: 'b', related_billsections: ['s3'] },
  { id: 'c' },
]
const told: Told = {
  id: 'b1',
  created: at,
  modified: at,
  synced: at,
  tellings: [
    {
      utilityAuthorizationId: 'u',
      object: { cds_billstatement_id: 'b1', new_charges: charges as Json },
      modified: at,
      views: [0],
    },
  ],
}
const views = [
  { includes: new Set(['include_bill_statements', 'include_bill_statement_charges']) },
] as unknown as View[]

const shown = (ids: readonly string[]) =>
  JSON.parse(
    visibleObject(kind, told, views, new Map<KindName, Set<string>>([['bill_sections', new Set(ids)]])),
  )

describe('a relation inside a list', () => {
  it('names what its objects name', () => {
    expect([...idsNamedBy(kind, [told])]).toEqual([['bill_sections', ['s1', 's2', 's3']]])
  })

  it('keeps the ids that the access shows, and is left out where that is none (CDS-WG3-01 §10.5.2)', () => {
    expect(shown(['s2'])).toMatchObject({
      new_charges: [{ id: 'a', related_billsections: ['s2'] }, { id: 'b' }, { id: 'c' }],
    })
    expect(JSON.stringify(shown([]))).not.toContain('related_billsections')
  })

  it('is as closed as its list', () => {
    const closed = [{ includes: new Set(['include_bill_statements']) }] as unknown as View[]
    const object = JSON.parse(visibleObject(kind, told, closed, new Map()))
    expect(Object.keys(object)).not.toContain('new_charges')
  })
})
