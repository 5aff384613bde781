import { describe, expect, it } from 'vitest'
import { billSections } from '../../src/cds/kinds/bill-sections.ts'
import { billStatements } from '../../src/cds/kinds/bill-statements.ts'
import { kindOf, kinds } from '../../src/cds/kinds/index.ts'
import { kindNames } from '../../src/cds/kinds/kind.ts'
import { type BillSection, billSection } from '../../src/cds/wire/bill-section.ts'
import { oauthMetadata } from '../../src/cds/wire/oauth-metadata.ts'
import { scopes } from '../../src/oauth/scopes/index.ts'

describe.each(kinds.map((kind) => [kind.name, kind] as const))('the row of %s', (name, kind) => {
  const known = new Set(['id', ...Object.keys(kind.facets)])

  it('is found by its name, and names its list and its URL as no other does', () => {
    expect(kindOf(name)).toBe(kind)
    expect(kindNames).toContain(name)
    for (const key of ['translated', 'path', 'api', 'idMember', 'title'] as const) {
      expect(kinds.filter((other) => other[key] === kind[key])).toHaveLength(1)
    }
    expect(Object.keys(oauthMetadata.shape)).toContain(kind.api)
  })

  it('filters, searches, orders and places by facets that it has', () => {
    const used = [
      ...Object.values(kind.filters).map(({ facet }) => facet),
      ...(kind.search ?? []),
      ...Object.values(kind.lineage),
      ...kind.order.flatMap((key) => ('orElse' in key && key.orElse ? [key.by, key.orElse] : [key.by])),
      ...(kind.range ? [kind.range.from.facet, kind.range.to.facet] : []),
    ]
    expect(used.filter((facet) => facet !== 'modified' && !known.has(facet))).toEqual([])
  })

  it('is bounded by fields that the scopes take which show it', () => {
    if (!kind.range) return
    const showing = [...scopes.values()].filter(
      ({ implied, fields }) => implied.includes(kind.addedBy) || fields.some(({ id }) => id === kind.addedBy),
    )
    for (const { id, fields } of showing) {
      const ids = fields.map((field) => field.id)
      expect([id, ids]).toEqual([id, expect.arrayContaining([kind.range.from.field, kind.range.to.field])])
    }
  })
})

describe('bill statements', () => {
  const { opened, facets, order, filters } = billStatements

  it('open with include_bill_statement_charges what §7.2.5.2 lists', () => {
    const charges = Object.entries(opened).filter(([, field]) => field === 'include_bill_statement_charges')
    expect(charges.map(([member]) => member)).toEqual([
      'previous_balance_amount',
      'previous_balance_paid',
      'previous_balance_unpaid',
      'new_charges_amount',
      'new_charges',
      'new_balance_amount',
    ])
  })

  it('take the URL parameters of §10.5.4, and are ordered as it says', () => {
    expect(Object.keys(filters)).toEqual([
      'cds_billstatement_ids',
      'before',
      'after',
      'cds_account_ids',
      'account_numbers',
    ])
    expect(filters.before).toEqual({ facet: 'statement_date', test: 'onOrBefore' })
    expect(order).toEqual([{ by: 'statement_date', descending: true }, { by: 'modified' }])
  })

  it('need no include for their account number, which §10.5.1 requires', () => {
    expect(opened.account_number).toBeUndefined()
    expect(facets.account_number?.opened).toBeUndefined()
  })
})

describe('bill sections', () => {
  const { opened, facets, order, filters } = billSections

  it('open line_items with include_bill_section_line_items (§7.2.6.1), and every member of ours with some field', () => {
    expect(opened.line_items).toBe('include_bill_section_line_items')
    const ours = Object.keys(billSection.shape).filter((member) => member.startsWith('espi_'))
    expect(Object.keys(opened).filter((member) => member.startsWith('espi_'))).toEqual(ours)
  })

  it('take the URL parameters of §10.6.9, and are ordered as it says', () => {
    expect(Object.keys(filters)).toEqual([
      'cds_billsection_ids',
      'before',
      'after',
      'cds_billstatement_ids',
      'cds_account_ids',
      'account_numbers',
      'cds_servicecontract_ids',
      'contract_numbers',
    ])
    expect(filters.before).toEqual({ facet: 'start_date', test: 'onOrBefore' })
    expect(filters.after).toEqual({ facet: 'end_date', test: 'onOrAfter' })
    expect(order.map(({ by }) => by)).toEqual(['account_number', 'contract_number', 'start_date', 'modified'])
  })

  it('know the numbers of their contracts, the first of which orders them', () => {
    const section = { related_servicecontracts: ['c1', 'c2', 'c3'] } as BillSection
    const numbers = new Map([
      ['c1', 'B-2'],
      ['c2', null],
      ['c3', 'A-1'],
    ])
    const context = { contractNumber: (id: string) => numbers.get(id) }
    expect(facets.contract_number?.of(section, context)).toBe('B-2')
    expect(facets.contract_numbers?.of(section, context)).toEqual(['B-2', 'A-1'])
    expect(facets.contract?.of(section, context)).toBe('c1')
    const none = { related_servicecontracts: [] as string[] } as BillSection
    expect(facets.contract_number?.of(none, context)).toBeUndefined()
  })
})
