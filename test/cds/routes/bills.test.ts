import { beforeAll, describe, expect, it } from 'vitest'
import { billSection } from '../../../src/cds/wire/bill-section.ts'
import { billStatement } from '../../../src/cds/wire/bill-statement.ts'
import type { AuthorizationDetail } from '../../../src/oauth/stores.ts'
import { parseExact } from '../../../src/shared/json.ts'
import { syncStore } from '../../../src/store/sync.ts'
import type { Translated } from '../../../src/translate/translated.ts'
import { section, statement } from '../../support/bills.ts'
import { activeGrant, startListings } from '../../support/listing-app.ts'
import { freshDatabase } from '../../support/postgres.ts'
import { customer, store } from '../../support/translated.ts'

const KEYS = { current: 'k', keys: new Map([['k', new Uint8Array(32)]]) }

const statements = (details: object = {}): AuthorizationDetail => ({
  type: 'cds_bill_statements',
  ...details,
})
const services = (details: object = {}): AuthorizationDetail => ({ type: 'cds_service_bills', ...details })
const query = (kind: 'statements' | 'sections'): AuthorizationDetail => ({ type: `cds_query_bill_${kind}` })

/** Two contracts of one account, billed together for two months; the number of the first contract is not told. */
const house: Translated = {
  ...customer('a', ['a1', 'a2'], ['2026-01-31', '2026-02-01', '2026-03-01']),
  billStatements: [
    statement('feb', { account: 'a', date: '2026-02-01', sections: ['feb-1', 'feb-2'] }),
    statement('mar', { account: 'a', date: '2026-03-01', sections: ['mar-1'] }),
  ],
  billSections: [
    section('mar-1', { account: 'a', contract: 'a1', days: ['2026-02-01', '2026-02-28'], bill: 'mar' }),
    section('feb-2', {
      ...{ account: 'a', contract: 'a2', days: ['2026-01-01', '2026-01-31'] as const },
      ...{ bill: 'feb', others: ['feb-1'] },
    }),
    section('feb-1', {
      ...{ account: 'a', contract: 'a1', days: ['2026-01-01', '2026-01-31'] as const },
      ...{ bill: 'feb', others: ['feb-2'] },
    }),
  ],
}
house.serviceContracts[0]!.contract_number = null

/** 120 bills of another customer, two of each day. */
const office: Translated = {
  ...customer('b', ['b1'], []),
  billStatements: Array.from({ length: 120 }, (_, index) => {
    const date = new Date(Date.UTC(2025, 0, 1 + Math.floor(index / 2))).toISOString().slice(0, 10)
    return statement(`b${String(index).padStart(3, '0')}`, { account: 'b', date, sections: [] })
  }),
}

let app: Awaited<ReturnType<typeof startListings>>
beforeAll(async () => {
  const { database } = await freshDatabase('bill_listings')
  const sync = syncStore(database, KEYS)
  await store(sync, 'ua_a', house, '2026-03-02T00:00:00Z')
  await store(sync, 'ua_b', office, '2026-03-02T00:00:00Z')
  const all = [query('statements'), query('sections')].map((detail) => activeGrant('ua_a', detail))
  app = await startListings(database, {
    owner: all,
    numbers: [activeGrant('ua_a', { ...query('sections'), include_contract_numbers: true })],
    office: [activeGrant('ua_b', query('statements'))],
    both: [...all, activeGrant('ua_b', query('statements'))],
    bare: [activeGrant('ua_a', statements(), ['con-a1'])],
    charges: [activeGrant('ua_a', statements({ include_bill_statement_charges: true }), ['con-a1'])],
    sections: [activeGrant('ua_a', services(), ['con-a1'])],
    lines: [activeGrant('ua_a', services({ include_bill_section_line_items: true }), ['con-a2'])],
    withStatements: [
      activeGrant('ua_a', services({ include_bill_statements: true, include_bill_statement_charges: true }), [
        'con-a1',
      ]),
    ],
    recent: [
      activeGrant('ua_a', statements({ statement_date_start: '2026-02-02', statement_date_end: 'infinite' })),
      activeGrant('ua_a', services({ start_date: '2026-01-01', end_date: '2026-02-27' })),
    ],
    usage: [activeGrant('ua_a', { type: 'cds_usage' })],
    usageAndBills: [
      activeGrant('ua_a', { type: 'cds_query_usage' }),
      activeGrant('ua_a', services(), ['con-a1']),
    ],
  })
})

const bills = async (token: string, parameters = '') => {
  const { bill_statements } = await app.get(token, `/bill-statements${parameters}`)
  return bill_statements.map((each: Record<string, string>) => each.cds_billstatement_id)
}
const parts = async (token: string, parameters = '') => {
  const { bill_sections } = await app.get(token, `/bill-sections${parameters}`)
  return bill_sections.map((each: Record<string, string>) => each.cds_billsection_id)
}

describe('bill statements, CDS-WG3-01 §10.5', () => {
  it('have the members of §10.5.1, and those of charges only where they are included (§7.2.5.2)', async () => {
    const { bill_statements } = await app.get('bare', '/bill-statements')
    expect(Object.keys(bill_statements[0]).sort()).toEqual([
      'account_number',
      'amount_due',
      'amount_due_date',
      'cds_account_id',
      'cds_billstatement_id',
      'cds_created',
      'cds_modified',
      'cds_synced',
      'currency',
      'espi_statement_date_source',
      'shutoff_prevention_date',
      'shutoff_prevention_minimum_due',
      'statement_date',
    ])
    const charged = await app.get('charges', '/bill-statements')
    expect(charged.bill_statements[1]).toMatchObject({ previous_balance_unpaid: 0, amount_due: 200 })
    const exact = parseExact(JSON.stringify(charged.bill_statements[1]))
    expect(billStatement.safeParse(exact).error).toBeUndefined()
  })

  it('are listed by date, the newest first, then by what was modified last (§10.5.4)', async () => {
    expect(await bills('both')).toHaveLength(100)
    expect((await bills('both')).slice(0, 4)).toEqual(['mar', 'feb', 'b118', 'b119'])
  })

  it('are paged in both directions by sealed links, each once', async () => {
    const first = await app.get('office', '/bill-statements')
    expect(first).toMatchObject({ previous: null, next: expect.stringContaining('page=') })
    const second = await app.get('office', first.next)
    const ids = [...first.bill_statements, ...second.bill_statements].map((each) => each.cds_billstatement_id)
    expect(new Set(ids).size).toBe(120)
    expect(second.next).toBeNull()
    expect(await app.get('office', second.previous)).toMatchObject({ bill_statements: first.bill_statements })
  })

  it.each([
    ['?cds_billstatement_ids=mar%20b001', ['mar']],
    ['?before=2026-02-01', ['feb']],
    ['?after=2026-02-02', ['mar']],
    ['?after=2026-02-01&before=2026-03-01', ['mar', 'feb']],
    ['?cds_account_ids=acc-a&after=2026-03-01', ['mar']],
    ['?cds_account_ids=acc-b', []],
    ['?account_numbers=A-a%20A-x', ['mar', 'feb']],
    ['?account_numbers=A-b', []],
  ])('are filtered by %s (§10.5.4)', async (parameters, expected) => {
    expect(await bills('owner', parameters)).toEqual(expected)
  })

  it('take no date that is none', async () => {
    for (const date of ['2026-02-30', '2026-02-01T00:00:00Z', 'today']) {
      expect(await app.get('owner', `/bill-statements?before=${date}`)).toMatchObject({
        status: 400,
        error: 'invalid_request',
      })
    }
  })

  it('are those of the accounts of the selected contracts (§6.1.7), dated within the grant (§7.3.2, §7.3.3)', async () => {
    expect(await bills('bare')).toEqual(['mar', 'feb'])
    expect(await bills('recent')).toEqual(['mar'])
    expect(await bills('usage')).toEqual([])
    expect(await bills('sections')).toEqual([])
  })

  it('name sections only to who sees them (§10.5.2)', async () => {
    const named = async (token: string) => {
      const { bill_statements } = await app.get(token, '/bill-statements?cds_billstatement_ids=feb')
      return bill_statements[0].new_charges.map((each: Record<string, unknown>) => each.related_billsections)
    }
    expect(await named('charges')).toEqual([undefined, undefined])
    expect(await named('withStatements')).toEqual([['feb-1'], undefined])
  })
})

describe('bill sections, CDS-WG3-01 §10.6', () => {
  it('have the members of §10.6.1, and single lines only where they are included (§7.2.6.1)', async () => {
    const [bare] = (await app.get('sections', '/bill-sections')).bill_sections
    expect(bare).toMatchObject({ cds_account_id: 'acc-a', espi_billing_period: { duration: 2_678_400 } })
    for (const member of ['line_items', 'espi_information', 'espi_tariff_profile'])
      expect(Object.keys(bare)).not.toContain(member)
    const [whole] = (await app.get('lines', '/bill-sections')).bill_sections
    expect(whole).toMatchObject({ line_items: [{ cost: 100 }], espi_tariff_profile: 'RES-1' })
    expect(billSection.safeParse(parseExact(JSON.stringify(whole))).error).toBeUndefined()
  })

  it('are listed by account number, contract number, start; the id stands in for a missing number (§10.6.9)', async () => {
    expect(await parts('owner')).toEqual(['feb-2', 'feb-1', 'mar-1'])
  })

  it.each([
    ['?cds_billsection_ids=mar-1%20feb-2', ['feb-2', 'mar-1']],
    ['?before=2026-01-31', ['feb-2', 'feb-1']],
    ['?after=2026-02-01', ['mar-1']],
    ['?cds_billstatement_ids=feb', ['feb-2', 'feb-1']],
    ['?cds_account_ids=acc-b', []],
    ['?account_numbers=A-a&before=2026-02-01&after=2026-02-28', ['mar-1']],
    ['?cds_servicecontract_ids=con-a1', ['feb-1', 'mar-1']],
    ['?contract_numbers=C-a2%20C-a1', ['feb-2']],
  ])('are filtered by %s (§10.6.9)', async (parameters, expected) => {
    expect(await parts('numbers', parameters)).toEqual(expected)
  })

  it('are those of the selected contracts (§6.1.8), within the days of the grant (§7.3.4, §7.3.5)', async () => {
    expect(await parts('sections')).toEqual(['feb-1', 'mar-1'])
    expect(await parts('lines')).toEqual(['feb-2'])
    expect(await parts('recent')).toEqual(['feb-2', 'feb-1'])
    expect(await parts('bare')).toEqual([])
  })

  it('name only what the access shows: contracts, points, meters, other sections, their statement', async () => {
    const [first] = (await app.get('sections', '/bill-sections')).bill_sections
    expect(first).toMatchObject({
      cds_billstatement_id: null,
      related_servicecontracts: ['con-a1'],
      related_servicepoints: [],
      related_meterdevices: [],
      related_billsections: [],
    })
    const [shown] = (await app.get('withStatements', '/bill-sections')).bill_sections
    expect(shown.cds_billstatement_id).toBe('feb')
    const [owned] = (await app.get('owner', '/bill-sections')).bill_sections
    expect(owned).toMatchObject({ cds_billstatement_id: 'feb', related_billsections: ['feb-1'] })
  })
})

describe('related_billsections of usage segments, CDS-WG3-01 §10.8.1', () => {
  const billed = async (token: string, parameters = '') => {
    const { usage_segments } = await app.get(token, `/usage-segments${parameters}`)
    return usage_segments.map((each: { segment_start: string; related_billsections: string[] }) => [
      each.segment_start.slice(0, 10),
      each.related_billsections,
    ])
  }

  it('name the sections of the service point whose period holds some of it, and that the access may read', async () => {
    expect(await billed('usageAndBills')).toEqual([
      ['2026-01-31', []],
      ['2026-02-01', []],
      ['2026-03-01', []],
      ['2026-01-31', ['feb-1']],
      ['2026-02-01', ['mar-1']],
      ['2026-03-01', []],
    ])
    expect((await billed('usage')).flatMap(([, ids]: [string, string[]]) => ids)).toEqual([])
  })

  it('filter, §10.8.8: by a section that may not be read nothing is found', async () => {
    expect(await billed('usageAndBills', '?cds_billsection_ids=mar-1')).toEqual([['2026-02-01', ['mar-1']]])
    expect(await billed('usageAndBills', '?cds_billsection_ids=feb-2')).toEqual([])
    expect(await billed('usage', '?cds_billsection_ids=mar-1')).toEqual([])
  })
})
