import { createReadStream } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { billSection } from '../../src/cds/wire/bill-section.ts'
import { billStatement } from '../../src/cds/wire/bill-statement.ts'
import { readFeed } from '../../src/espi/read-feed.ts'
import type { Decimal } from '../../src/shared/decimal.ts'
import { translateFeed } from '../../src/translate/translate-feed.ts'
import type { TranslateContext, Translated } from '../../src/translate/translated.ts'
import { entry, feedOf, read } from '../espi/build-feed.ts'
import { sharedPath } from '../support/shared.ts'
import { context } from './context.ts'
import { ENBRIDGE } from './enbridge.ts'

/** 2026-01-01T00:00:00-05:00, and 31 days */
const JANUARY = '<billingPeriod><duration>2678400</duration><start>1767243600</start></billingPeriod>'
const DOLLARS = '<currency>840</currency>'

function summary(
  body: string,
  { self = '/UsagePoint/1/UsageSummary/1', updated = '2026-02-03T00:00:00Z' } = {},
) {
  return entry(self, `<UsageSummary>${body}</UsageSummary>`, '', updated)
}

interface TestLine {
  note: string
  kind?: number
  amount?: number
  measurement?: string
  more?: string
}

function line({ note, kind, amount, measurement, more = '' }: TestLine): string {
  return `<costAdditionalDetailLastPeriod>${amount === undefined ? '' : `<amount>${amount}</amount>`}<note>${note}</note>${
    measurement ? `<measurement>${measurement}</measurement>` : ''
  }${kind === undefined ? '' : `<itemKind>${kind}</itemKind>`}${more}</costAdditionalDetailLastPeriod>`
}

/** A measurement that only scales the amount of its line. */
const scale = (power: number): string => `<powerOfTenMultiplier>${power}</powerOfTenMultiplier><uom>80</uom>`

const quantity = (value: number, power: number, uom: number, more = ''): string =>
  `<powerOfTenMultiplier>${power}</powerOfTenMultiplier>${more}<uom>${uom}</uom><value>${value}</value>`

async function translate(
  summaries: string[],
  { kind = 0, ...overrides }: Partial<TranslateContext> & { kind?: number } = {},
): Promise<Translated> {
  const point = entry(
    '/UsagePoint/1',
    `<UsagePoint><ServiceCategory><kind>${kind}</kind></ServiceCategory></UsagePoint>`,
  )
  return translateFeed(await read(feedOf([point, ...summaries])), { ...context, ...overrides })
}

async function bill(body: string, overrides: Parameters<typeof translate>[1] = {}) {
  const translated = await translate([summary(JANUARY + DOLLARS + body)], overrides)
  const [statement] = translated.billStatements
  const [section] = translated.billSections
  return { translated, statement: statement!, section: section! }
}

const codes = ({ refused }: Translated): string[] => refused.map(({ code }) => code)

const text = (decimals: readonly (Decimal | null | undefined)[]): (string | undefined)[] =>
  decimals.map((decimal) => decimal?.toString())

/** Exactly what the wire schemas describe, nothing beside it. */
function expectOnTheWire({ billStatements, billSections }: Translated): void {
  const stamps = { cds_created: true, cds_modified: true, cds_synced: true } as const
  for (const object of billStatements) expect(billStatement.omit(stamps).parse(object)).toEqual(object)
  for (const object of billSections) expect(billSection.omit(stamps).parse(object)).toEqual(object)
}

describe('money, exact, with the rule that found its scale', () => {
  it('is hundred-thousandths where nothing says otherwise (XSD): 1200000 for 100 kWh at 0.12 is 12.00', async () => {
    const charge = line({
      note: 'Part Peak Energy Charge',
      kind: 3,
      amount: 1200000,
      measurement: quantity(100000000, -3, 72),
      more: '<unitCost>12000</unitCost>',
    })
    const { translated, section, statement } = await bill(`<billLastPeriod>1200000</billLastPeriod>${charge}`)
    expect(JSON.parse(JSON.stringify(section.line_items))).toMatchObject([
      {
        name: 'Part Peak Energy Charge',
        types: ['usage_charge'],
        cost: 12,
        value: 100,
        units: 'kWh',
        rate: 0.12,
        espi_money: { raw: 1200000, power_of_ten: -5, rule: 'xsd' },
      },
    ])
    const [{ cost, value, rate } = {}] = section.line_items ?? []
    expect(text([cost, value, rate])).toEqual(['12.00000', '100.000000', '0.12000'])
    expect(value?.times(rate!).equals(cost!)).toBe(true)
    expect(statement.amount_due.toString()).toBe('12.00000')
    expect(translated.refused).toEqual([])
    expectOnTheWire(translated)
  })

  it("takes the multiplier of a line's money measurement that has no value, and the totals follow the sum", async () => {
    const lines = [
      line({ note: 'Delivery', kind: 2, amount: 71870000, measurement: scale(-6) }),
      line({ note: 'Off-Peak', kind: 3, amount: 58210, measurement: scale(-3) }),
      line({ note: 'On-Peak', kind: 3, amount: 41950, measurement: scale(-3) }),
    ]
    const { translated, section, statement } = await bill(
      `<billLastPeriod>172030</billLastPeriod>${lines.join('')}`,
    )
    expect(text(section.line_items!.map(({ cost }) => cost))).toEqual(['71.870000', '58.210', '41.950'])
    expect(statement.amount_due.toString()).toBe('172.030')
    expect(section.cost_details[0]).toMatchObject({
      types: ['overall_total'],
      espi_money: { rule: 'reconciled' },
    })
    expect(translated.refused).toEqual([])
  })

  it('keeps the XSD scale of a measurement of money that has a value: it is a quantity', async () => {
    const { section } = await bill(
      line({ note: 'Deposit interest', kind: 3, amount: 100000, measurement: quantity(5, -3, 80) }),
    )
    expect(text([section.line_items?.[0]?.cost])).toEqual(['1.00000'])
  })

  it('lets a line of the same integer tell the scale of the total', async () => {
    const lines = [
      line({ note: 'Amount Due', kind: 10, amount: 64170, measurement: scale(-3) }),
      line({ note: 'HST ($)', kind: 5, amount: 6990, measurement: scale(-3) }),
    ]
    const { translated, statement, section } = await bill(
      `<billLastPeriod>64170</billLastPeriod>${lines.join('')}`,
    )
    expect(statement.amount_due.toString()).toBe('64.170')
    expect(section.cost_details[0]?.espi_money?.rule).toBe('amount_due_line')
    expect(codes(translated)).toEqual(['bill_sum_differs'])
  })

  it('says so when the charges add up in no known scale: unproven is never silent', async () => {
    const bare = await bill(
      `<billLastPeriod>9900000</billLastPeriod>${line({ note: 'Energy', kind: 3, amount: 1200000 })}`,
    )
    expect(bare.section.cost_details[0]?.espi_money?.rule).toBe('xsd')
    expect(codes(bare.translated)).toEqual(['money_scale_doubtful'])
    const scaled = await bill(
      `<billLastPeriod>9900</billLastPeriod>${line({ note: 'Energy', kind: 3, amount: 1200, measurement: scale(-3) })}`,
    )
    expect(scaled.statement.amount_due.toString()).toBe('9.900')
    expect(scaled.section.cost_details[0]?.espi_money?.rule).toBe('as_line_items')
    expect(codes(scaled.translated)).toEqual(['money_scale_doubtful'])
  })

  it('obeys the profile of a utility that writes cents', async () => {
    const { translated, statement, section } = await bill(
      `<billLastPeriod>5000</billLastPeriod>${line({ note: 'Energy', kind: 3, amount: 5000 })}`,
      { billing: { moneyExponent: -2 } },
    )
    expect(statement.amount_due.toString()).toBe('50.00')
    expect(section.line_items?.[0]?.espi_money).toMatchObject({ rule: 'utility' })
    expect(translated.refused).toEqual([])
  })

  it('keeps integers of any length', async () => {
    const { statement } = await bill('<billLastPeriod>140737488355328000001</billLastPeriod>')
    expect(statement.amount_due.toString()).toBe('1407374883553280.00001')
  })

  it('knows currencies by their ISO 4217 number, and refuses a bill of unknown currency', async () => {
    const total = '<billLastPeriod>1</billLastPeriod>'
    const francs = await translate([summary(`${JANUARY}${total}<currency>756</currency>`)])
    expect(francs.billStatements[0]?.currency).toBe('CHF')
    const unknown = await translate([summary(`${JANUARY}${total}<currency>0</currency>`)])
    expect(unknown.billStatements).toEqual([])
    expect(codes(unknown)).toEqual(['currency_unknown'])
    const configured = await translate([summary(JANUARY + total)], { currency: 'CAD' })
    expect(configured.billSections[0]?.currency).toBe('CAD')
  })
})

describe('a period of a line or of a ratchet demand that is none', () => {
  it.each([
    ['no start', '<duration>864000</duration>', [['timestamp_unknown', 'duration', '864000']]],
    [
      'a start that is a text',
      '<duration>5</duration><start>soon</start>',
      [
        ['timestamp_not_integer', 'start', 'soon'],
        ['timestamp_unknown', 'duration', '5'],
      ],
    ],
    [
      'a negative duration',
      '<duration>-5</duration><start>1767243600</start>',
      [
        ['timestamp_out_of_range', 'duration', '-5'],
        ['timestamp_out_of_range', 'start', '1767243600'],
      ],
    ],
  ])('is refused by name, each part of it: %s', async (_, period, expected) => {
    for (const [name, body] of [
      [
        'itemPeriod',
        line({ note: 'Energy', kind: 3, amount: 1, more: `<itemPeriod>${period}</itemPeriod>` }),
      ],
      ['ratchetDemandPeriod', `<ratchetDemandPeriod>${period}</ratchetDemandPeriod>`],
    ] as const) {
      const { translated } = await bill(`<billLastPeriod>1</billLastPeriod>${body}`)
      expect(translated.refused.map(({ code, field, value }) => [code, field, value])).toEqual(
        expected.map(([code, field, value]) => [code, expect.stringMatching(`${name}.${field}$`), value]),
      )
    }
  })
})

describe('bill statements, CDS-WG3-01 §10.5', () => {
  it('accounts for what is missing between the charges and the amount due (§10.5.1, §10.5.3)', async () => {
    const { statement, section } = await bill(
      `<billLastPeriod>10000000</billLastPeriod>${line({ note: 'Energy', kind: 3, amount: 9000000 })}`,
    )
    const charges = statement.new_charges ?? []
    expect(charges.map(({ types }) => types)).toEqual([['electric_total'], ['amount_due_sum_difference']])
    expect(text(charges.map(({ amount }) => amount))).toEqual(['90.00000', '10.00000'])
    expect(charges[0]?.related_billsections).toEqual([section.cds_billsection_id])
  })

  it('adds an unpaid balance to the new charges (§10.5.1)', async () => {
    const lines = [
      line({ note: 'Previous Balance ($)', kind: 10, amount: 5000000 }),
      line({ note: 'Payments Received', kind: 9, amount: -3000000 }),
      line({ note: 'Energy', kind: 3, amount: 8000000 }),
    ]
    const { translated, statement } = await bill(`<billLastPeriod>10000000</billLastPeriod>${lines.join('')}`)
    expect(
      text([
        statement.previous_balance_amount,
        statement.previous_balance_paid,
        statement.previous_balance_unpaid,
      ]),
    ).toEqual(['50.00000', '30.00000', '20.00000'])
    expect(text(statement.new_charges!.map(({ amount }) => amount))).toEqual(['80.00000'])
    expect(translated.refused).toEqual([])
  })

  it.each([
    ['the bill holds what is unpaid, and there are no charges', { bill: 100 }, ['100', '80', '80']],
    ['the bill holds what is unpaid, and the charges say so', { bill: 100, charge: 80 }, ['100', '80', '80']],
    ['a line tells the amount due beside the bill', { bill: 80, due: 100 }, ['100', '80', '80']],
    [
      'a line tells the amount due beside the bill, and there are charges',
      { bill: 80, charge: 80, due: 100 },
      ['100', '80', '80'],
    ],
    ['the bill is 0, which tells nothing', { bill: 0, due: 100 }, ['100', '80', '80']],
    ['there are charges and no bill', { charge: 80 }, ['100', '80', '80']],
    ['there is nothing but an amount due', { due: 100 }, ['100', '80', '80']],
  ])(
    'never counts an unpaid balance among the charges (§10.5.1, §10.6.6): %s',
    async (_, given, expected) => {
      const { bill: total, charge, due } = given as { bill?: number; charge?: number; due?: number }
      const unit = 100_000
      const { statement, section } = await bill(
        [
          total === undefined ? '' : `<billLastPeriod>${total * unit}</billLastPeriod>`,
          line({ note: 'Balance Forward', kind: 10, amount: 20 * unit }),
          charge === undefined ? '' : line({ note: 'Energy', kind: 3, amount: charge * unit }),
          due === undefined ? '' : line({ note: 'Amount Due', kind: 10, amount: due * unit }),
        ].join(''),
      )
      const [overall, ...others] = section.cost_details
      const charges = statement.new_charges ?? []
      expect(charges).toHaveLength(1)
      expect(others).toEqual([])
      const amounts = [statement.amount_due, charges[0]?.amount, overall?.cost]
      expect(amounts.map((amount) => String(amount).replace(/\.0+$/, ''))).toEqual(expected)
      expect(section.line_items?.flatMap(({ related_cost_details }) => related_cost_details)).toEqual(
        charge === undefined ? [] : [overall?.id],
      )
      // What the custodian wrote as the bill is kept, as the total where it is just that.
      const isTotal = total === 80
      expect(overall?.espi_element).toBe(isTotal ? 'billLastPeriod' : undefined)
      expect(section.espi_bill_last_period?.toString()).toBe(
        total === undefined || isTotal ? undefined : String(total * unit),
      )
    },
  )

  it('adds up the balances of its sections, each by itself (§10.5.1)', async () => {
    const dollar = 100_000
    const of = (point: number, total: number, lines: string[]): string =>
      summary(`${JANUARY}${DOLLARS}<billLastPeriod>${total * dollar}</billLastPeriod>${lines.join('')}`, {
        self: `/UsagePoint/${point}/UsageSummary/1`,
      })
    const [feed, other] = ['1', '2'].map((id) =>
      entry(
        `/UsagePoint/${id}`,
        '<UsagePoint><ServiceCategory><kind>0</kind></ServiceCategory></UsagePoint>',
      ),
    )
    const agreement = (id: number): string[] => [
      entry(
        `/Customer/1/CustomerAccount/1/CustomerAgreement/${id}`,
        `<CustomerAgreement><agreementId>G${id}</agreementId></CustomerAgreement>`,
      ),
      entry(
        `/Customer/1/CustomerAccount/1/CustomerAgreement/${id}/ServiceLocation/1`,
        `<ServiceLocation><UsagePoints><UsagePoint>/UsagePoint/${id}</UsagePoint></UsagePoints></ServiceLocation>`,
      ),
    ]
    const customer = [
      entry('/Customer/1', '<Customer/>'),
      entry('/Customer/1/CustomerAccount/1', '<CustomerAccount><accountId>A</accountId></CustomerAccount>'),
      ...agreement(1),
      ...agreement(2),
    ]
    const bills = async (first: string[], second: string[]) => {
      const entries = [feed!, other!, of(1, 150, first), of(2, 150, second), ...customer]
      const translated = translateFeed(await read(feedOf(entries)), context)
      expect(translated.billStatements).toHaveLength(1)
      expect(translated.refused).toEqual([])
      return translated.billStatements[0]!
    }
    const energy = line({ note: 'Energy', kind: 3, amount: 100 * dollar })
    const payment = (amount: number): string =>
      line({ note: 'Payments Received', kind: 9, amount: amount * dollar })
    const previous = (amount: number): string =>
      line({ note: 'Previous Balance', kind: 10, amount: amount * dollar })
    const mixed = await bills(
      [energy, line({ note: 'Balance Forward', kind: 10, amount: 50 * dollar })],
      [energy, previous(80), payment(30)],
    )
    expect(String(mixed.previous_balance_unpaid)).toBe('100.00000')
    const signs = await bills([energy, previous(80), payment(-30)], [energy, previous(80), payment(30)])
    expect(String(signs.previous_balance_paid)).toBe('60.00000')
    expect(String(signs.previous_balance_unpaid)).toBe('100.00000')
    const unpaid = await bills([energy, previous(50)], [energy, previous(50)])
    expect(String(unpaid.previous_balance_unpaid)).toBe('100.00000')
    expect(text(unpaid.new_charges!.map(({ amount }) => amount))).toEqual(['100.00000', '100.00000'])
    // Some custodians repeat what the whole account owes in the summary of each usage point.
    const ofAccount = [
      line({ note: 'Balance Forward', kind: 10, amount: 50 * dollar }),
      line({ note: 'Amount Due', kind: 10, amount: 250 * dollar }),
    ]
    const repeated = await bills([energy, ...ofAccount], [energy, ...ofAccount])
    expect(text([repeated.amount_due, repeated.previous_balance_unpaid])).toEqual(['250.00000', '50.00000'])
    expect(repeated.new_charges).toHaveLength(2)
  })

  it('names a difference that no summary shows by itself: between the charges and the line that tells the amount due', async () => {
    const { translated, statement } = await bill(
      `<billLastPeriod>10000000</billLastPeriod>${line({ note: 'Energy', kind: 3, amount: 10000000 })}${line({ note: 'Amount Due', kind: 10, amount: 17000000 })}`,
    )
    expect(text(statement.new_charges!.map(({ amount }) => amount))).toEqual(['100.00000', '70.00000'])
    expect(translated.refused).toMatchObject([
      {
        code: 'bill_sum_differs',
        value: expect.stringContaining('charges and unpaid balance 100.00000, amount due 170.00000'),
      },
    ])
  })

  it('takes the statement and due dates from the lines that tell them, else the day after the period', async () => {
    const lines = [
      line({ note: 'Bill Date', kind: 10, measurement: quantity(1770163200, 0, 27) }),
      line({ note: 'Due Date', kind: 10, measurement: quantity(1771891200, 0, 27) }),
    ]
    const told = await bill(`<billLastPeriod>1</billLastPeriod>${lines.join('')}`)
    expect(told.statement).toMatchObject({
      statement_date: '2026-02-04',
      espi_statement_date_source: 'line_item',
      amount_due_date: '2026-02-24',
    })
    const silent = await bill('<billLastPeriod>1</billLastPeriod>')
    expect(silent.statement).toMatchObject({
      statement_date: '2026-02-01',
      espi_statement_date_source: 'billing_period_end',
      amount_due_date: null,
      shutoff_prevention_minimum_due: null,
    })
  })

  it('counts the charges where a custodian writes a total of 0, and says so', async () => {
    const { translated, statement } = await bill(
      `<billLastPeriod>0</billLastPeriod>${line({ note: 'Energy', kind: 3, amount: 9000000 })}`,
    )
    expect(statement.amount_due.toString()).toBe('90.00000')
    expect(codes(translated)).toEqual(['bill_total_missing'])
  })

  it('takes charges that add up to costAdditionalLastPeriod as a part of the bill (XSD)', async () => {
    const { translated, statement } = await bill(
      `<billLastPeriod>10000000</billLastPeriod><costAdditionalLastPeriod>500000</costAdditionalLastPeriod>${line({ note: 'Tax', kind: 5, amount: 500000 })}`,
    )
    expect(text(statement.new_charges!.map(({ amount }) => amount))).toEqual(['100.00000'])
    expect(translated.refused).toEqual([])
  })

  it('is none where no amount is told: a history of usage', async () => {
    const { statement, section } = await bill(
      `<overallConsumptionLastPeriod>${quantity(128, 3, 72)}</overallConsumptionLastPeriod>`,
    )
    expect(statement).toBeUndefined()
    expect(section).toMatchObject({ cds_billstatement_id: null, line_items: [], cost_details: [] })
    expect(section.usage_details[0]?.value.toString()).toBe('128')
  })
})

describe('bill sections, CDS-WG3-01 §10.6', () => {
  it('covers the local days of the billing period, and dates written at midnight UTC (§10.6.1)', async () => {
    const local = await bill('')
    expect(local.section).toMatchObject({ start_date: '2026-01-01', end_date: '2026-01-31' })
    const utc = await translate([
      summary(
        `<billingPeriod><duration>2678400</duration><start>1767225600</start></billingPeriod>${DOLLARS}`,
      ),
    ])
    expect(utc.billSections[0]).toMatchObject({
      start_date: '2026-01-01',
      end_date: '2026-01-31',
      espi_billing_period: { start: '2026-01-01T00:00:00Z' },
    })
  })

  it.each([
    [1, ['supply'], '5.00000'],
    [2, ['distribution'], '5.00000'],
    [3, ['usage_charge'], '5.00000'],
    [4, ['fixed_charge'], '5.00000'],
    [5, ['tax'], '5.00000'],
    [6, ['supply'], '-5.00000'],
    [7, ['distribution'], '-5.00000'],
    [8, ['fixed_charge'], '-5.00000'],
    [77, [], '5.00000'],
  ])('types a line of itemKind %i, credits negative (§10.6.8)', async (kind, types, cost) => {
    const { section } = await bill(line({ note: 'A line', kind, amount: 500000 }))
    expect(section.line_items?.[0]?.types).toEqual(types)
    expect(text([section.line_items?.[0]?.cost])).toEqual([cost])
  })

  it.each([9, 10])('charges nothing for itemKind %i, and keeps the line as written', async (kind) => {
    const { section } = await bill(line({ note: 'Rate', kind, amount: 5, more: '<rounding>1</rounding>' }))
    expect(section.line_items).toEqual([])
    expect(JSON.parse(JSON.stringify(section.espi_information))).toEqual([
      {
        name: 'Rate',
        espi_line: 1,
        espi_item_kind: kind,
        espi_money: { raw: 5, power_of_ten: -5, rule: 'xsd' },
        espi_rounding: 1,
      },
    ])
  })

  it('never counts a subtotal among the charges, whatever its itemKind (§10.6.5)', async () => {
    const lines = [
      line({ note: 'Energy', kind: 3, amount: 5000000 }),
      line({ note: 'New Charges This Period', kind: 4, amount: 5000000 }),
      line({ note: 'Total Amount Due', kind: 4, amount: 5000000 }),
    ]
    const { section, translated } = await bill(`<billLastPeriod>5000000</billLastPeriod>${lines.join('')}`)
    expect(section.line_items).toHaveLength(1)
    expect(section.cost_details.map(({ name, types }) => [name, types])).toEqual([
      ['Total', ['overall_total']],
      ['New Charges This Period', ['subtotal']],
    ])
    expect(translated.refused).toEqual([])
  })

  it.each([
    [['distributor'], ['service_contract', 'electric', 'distribution'], true, false],
    [['supplier'], ['service_contract', 'electric', 'supply'], false, true],
    [['distributor', 'supplier'], ['service_contract', 'electric', 'distribution', 'supply'], true, true],
    [['aggregator'], ['service_contract', 'electric', 'distribution'], true, false],
  ] as const)(
    'names a utility that is a %j in its place (§10.6.1, §10.6.2)',
    async (types, expected, distributes, supplies) => {
      const entity = {
        id: 'e1',
        types: [...types],
        entity_number: null,
        entity_name: 'Example',
        entity_abbreviation: null,
      }
      const { section } = await bill('<billLastPeriod>1</billLastPeriod>', {
        entity: entity as unknown as NonNullable<TranslateContext['entity']>,
      })
      expect(section.section_types).toEqual(expected)
      expect(section.distribution_entity).toEqual(distributes ? entity : null)
      expect(section.supply_entity).toEqual(supplies ? entity : null)
    },
  )

  it('dates a line by its own period, for prices that change in the middle (§10.6.7)', async () => {
    const itemPeriod = '<itemPeriod><duration>86400</duration><start>1767330000</start></itemPeriod>'
    const { section } = await bill(line({ note: 'Energy', kind: 3, amount: 1, more: itemPeriod }))
    expect(section.line_items?.[0]).toMatchObject({ start_date: '2026-01-02', end_date: '2026-01-02' })
  })

  it('says what was measured, and of which time (§10.6.3, §10.6.4)', async () => {
    const { section, translated } = await bill(
      `<billToDate>7</billToDate>
      <overallConsumptionLastPeriod>${quantity(2215348, 0, 72)}</overallConsumptionLastPeriod>
      <currentBillingPeriodOverAllConsumption>${quantity(139495, 0, 72, '<timeStamp>1770224400</timeStamp>')}</currentBillingPeriodOverAllConsumption>
      <currentDayNetConsumption>${quantity(-7, 3, 72)}</currentDayNetConsumption>
      <previousDayLastYearOverallConsumption>${quantity(8, 3, 72)}</previousDayLastYearOverallConsumption>
      <peakDemand>${quantity(5300, 0, 38)}</peakDemand>
      <qualityOfReading>8</qualityOfReading>
      <ratchetDemand>${quantity(1, 4096, 65535)}</ratchetDemand>
      <statusTimeStamp>1770224400</statusTimeStamp>`,
    )
    expect(
      section.usage_details.map(({ espi_element, types, value, units, start_date, end_date }) => [
        espi_element,
        types.join(' '),
        `${value} ${units}`,
        start_date,
        end_date,
      ]),
    ).toEqual([
      [
        'overallConsumptionLastPeriod',
        'electric_usage estimated',
        '2215.348 kWh',
        '2026-01-01',
        '2026-01-31',
      ],
      [
        'currentBillingPeriodOverAllConsumption',
        'electric_usage estimated',
        '139.495 kWh',
        '2026-02-01',
        '2026-02-04',
      ],
      [
        'currentDayNetConsumption',
        'electric_usage directional estimated',
        '-7 kWh',
        '2026-02-04',
        '2026-02-04',
      ],
      ['peakDemand', 'electric_demand estimated', '5.300 kW', '2026-01-01', '2026-01-31'],
      [
        'previousDayLastYearOverallConsumption',
        'electric_usage estimated',
        '8 kWh',
        '2025-02-04',
        '2025-02-04',
      ],
    ])
    expect(JSON.parse(JSON.stringify(section.espi_measurements))).toEqual({
      ratchetDemand: { value: 1, power_of_ten: 4096, uom: 65535 },
    })
    expect(section.espi_bill_to_date?.raw.toString()).toBe('7')
    expectOnTheWire(translated)
  })

  it('counts a current period that is the billing period itself from its start, as far as it was seen', async () => {
    // 2026-01-10T12:00:00-05:00, in the middle of the billing period.
    const seen = quantity(808240, 0, 72, '<timeStamp>1768064400</timeStamp>')
    const { section } = await bill(
      `<currentBillingPeriodOverAllConsumption>${seen}</currentBillingPeriodOverAllConsumption>`,
    )
    expect(section.usage_details).toMatchObject([
      {
        name: 'Consumption of the current period',
        start_date: '2026-01-01',
        end_date: '2026-01-10',
      },
    ])
  })

  it('carries tariff, riders, cycle and source of the charges', async () => {
    const { section, translated } = await bill(`<tariffProfile>HAG5A</tariffProfile><readCycle>Q</readCycle>
      <tariffRiderRefs><tariffRiderRef><riderType>DR-1</riderType><enrollmentStatus>enrolled</enrollmentStatus><effectiveDate>1767243600</effectiveDate></tariffRiderRef></tariffRiderRefs>
      <billingChargeSource><agencyName>Sample Retail</agencyName></billingChargeSource>`)
    expect(section).toMatchObject({
      espi_tariff_profile: 'HAG5A',
      espi_read_cycle: 'Q',
      espi_tariff_riders: [
        { rider_type: 'DR-1', enrollment_status: 'enrolled', effective_date: '2026-01-01T05:00:00Z' },
      ],
      espi_billing_charge_source: 'Sample Retail',
    })
    expectOnTheWire(translated)
  })

  it.each([
    ['natural_gas_usage', 1, 169, '5 therm'],
    ['natural_gas_usage', 1, 42, '5 m3'],
    ['water_usage', 2, 167, '5 m3'],
    ['water_usage', 2, 128, '5 gal'],
  ])('knows %s by the service (kind %i, uom %i)', async (type, kind, uom, value) => {
    const { section } = await bill(
      `<overallConsumptionLastPeriod>${quantity(5, 0, uom)}</overallConsumptionLastPeriod>`,
      { kind },
    )
    const [detail] = section.usage_details
    expect([detail?.types, `${detail?.value} ${detail?.units}`]).toEqual([[type], value])
  })

  it('keeps summaries of several periods that share one self, and the later of two for one period', async () => {
    const self = '/UsagePoint/1/UsageSummary/X'
    const december = '<billingPeriod><duration>2678400</duration><start>1764565200</start></billingPeriod>'
    const total = (amount: number): string => `<billLastPeriod>${amount}</billLastPeriod>${DOLLARS}`
    const translated = await translate([
      summary(JANUARY + total(200000), { self, updated: '2026-02-09T00:00:00Z' }),
      summary(JANUARY + total(100000), { self: `${self}0` }),
      summary(december + total(300000), { self }),
    ])
    expect(text(translated.billStatements.map(({ amount_due }) => amount_due))).toEqual([
      '3.00000',
      '2.00000',
    ])
    expect(translated.refused.map(({ code, entry: named }) => [code, named])).toEqual([
      ['duplicate_bill', `${self}0`],
    ])
  })

  it('takes two summaries that say the same for one, whatever the order of their elements', async () => {
    const total = '<billLastPeriod>100000</billLastPeriod>'
    const translated = await translate([
      summary(JANUARY + total + DOLLARS, { self: '/UsagePoint/1/UsageSummary/1' }),
      summary(JANUARY + DOLLARS + total, { self: '/UsagePoint/1/UsageSummary/2' }),
    ])
    expect(translated.billStatements).toHaveLength(1)
    expect(translated.refused).toEqual([])
  })

  it('refuses a summary without a billing period, and an amount that is no integer; the rest goes through', async () => {
    const translated = await translate([
      summary(`${DOLLARS}<billLastPeriod>1</billLastPeriod>`),
      summary(`${JANUARY}${DOLLARS}<billLastPeriod>1</billLastPeriod><billToDate>1.5</billToDate>`, {
        self: '/UsagePoint/1/UsageSummary/2',
      }),
    ])
    expect(translated.billStatements).toHaveLength(1)
    expect(translated.refused.map(({ code, field }) => [code, field])).toEqual([
      ['bill_period_missing', 'UsageSummary.billingPeriod'],
      ['value_not_integer', 'UsageSummary.billToDate'],
    ])
  })

  it('gives the same ids whenever it is translated, and all of them once', async () => {
    const body = `<billLastPeriod>9900000</billLastPeriod>${line({ note: 'Energy', kind: 3, amount: 1200000 })}`
    const [first, second] = [await bill(body), await bill(body)]
    expect(second.translated.billSections).toEqual(first.translated.billSections)
    expect(second.translated.billStatements).toEqual(first.translated.billStatements)
  })
})

const corpus = sharedPath('corpus')

async function translateFile(name: string, overrides: Partial<TranslateContext> = {}): Promise<Translated> {
  const feed = await readFeed(createReadStream(path.join(corpus ?? '', name)))
  return translateFeed(feed, { ...context, ...overrides })
}

/** Five of SCE's summaries have charges and no bill: the sums of their lines, taken from the file. */
const SCE_AMOUNTS = ['221.74000', '277.18000', '200.29000', '176.76000', '165.18000', '174.18000']

describe.skipIf(!corpus)('real bills', () => {
  it('Enbridge Gas: 64.17 due, 60.81 of charges, by its own lines to the cent', async () => {
    const translated = await translateFile('gbengine__EGD_Gas_EnergyUsage_20221225_20241225.xml', {
      billing: ENBRIDGE,
    })
    expect(translated.billStatements).toHaveLength(24)
    const [statement] = translated.billStatements
    const [section] = translated.billSections
    expect(statement).toMatchObject({
      currency: 'CAD',
      statement_date: '2023-01-09',
      amount_due_date: '2023-01-30',
    })
    expect(text([statement?.amount_due, ...statement!.new_charges!.map(({ amount }) => amount)])).toEqual([
      '64.170',
      '60.810',
      '3.360',
    ])
    const charged = section!.line_items!.filter(({ cost }) => cost.coefficient !== 0n)
    expect(charged.map(({ name, cost }) => [name, cost.toString()])).toEqual([
      ['HST ($)', '6.990'],
      ['Gas Supply Charge', '18.400'],
      ['Gas Delivery Variable Charge', '4.200'],
      ['Gas Federal Carbon Charge', '5.680'],
      ['Gas Cost Adjustment ($)', '2.240'],
      ['Customer charge', '23.300'],
    ])
    expect(section).toMatchObject({ start_date: '2022-12-03', end_date: '2023-01-04' })
    expect(section?.usage_details.map(({ name, value, units }) => [name, `${value} ${units}`])).toEqual([
      ['Billed consumption', '58.000 m3'],
    ])
    // 20 of 24 bills add up to the cent; Total Gas Charges differs from Amount Due in the other four too.
    const differing = translated.refused.map(({ code, field }) => `${code} ${field}`)
    expect(differing).toEqual([
      ...Array(4).fill('bill_sum_differs UsageSummary.billLastPeriod'),
      // A credit of the bill before, which the amount due leaves out.
      ...Array(4).fill('bill_sum_differs UsageSummary.costAdditionalDetailLastPeriod'),
    ])
    expectOnTheWire(translated)
  })

  it('PG&E: 100 kWh at 0.12 is 12.00; lines whose numbers were made anonymous do not add up, and that is said', async () => {
    const translated = await translateFile('verdigris__PGEUsageSummaries.xml', {
      currency: 'USD',
      timezone: 'America/Los_Angeles',
    })
    expect(translated.billSections).toHaveLength(3)
    const billed = translated.billSections.find(({ cds_billstatement_id }) => cds_billstatement_id !== null)
    const [partPeak] = billed?.line_items ?? []
    expect(text([partPeak?.value, partPeak?.rate, partPeak?.cost])).toEqual([
      '100.000000',
      '0.12000',
      '12.00000',
    ])
    expect(billed).toMatchObject({
      start_date: '2015-06-11',
      end_date: '2015-07-09',
      espi_tariff_profile: 'HAG5A',
      espi_status_time_stamp: '2015-08-20T22:32:37Z',
    })
    const [statement] = translated.billStatements
    expect(text([statement?.amount_due, ...statement!.new_charges!.map(({ amount }) => amount)])).toEqual([
      '233.64000',
      '53.58000',
      '180.06000',
    ])
    expect(codes(translated)).toEqual(['money_scale_doubtful'])
    expectOnTheWire(translated)
  })

  it('SCE: seven summaries of six periods under one self', async () => {
    const translated = await translateFile('verdigris__BulkSCEUsageSummaryAndIntervalBlock.xml', {
      currency: 'USD',
      timezone: 'America/Los_Angeles',
    })
    expect(translated.billSections).toHaveLength(6)
    expect(text(translated.billStatements.map(({ amount_due }) => amount_due))).toEqual(SCE_AMOUNTS)
    expect(codes(translated).filter((code) => code === 'duplicate_bill')).toHaveLength(1)
    expect(codes(translated).filter((code) => code === 'bill_total_missing')).toHaveLength(5)
  })
})
