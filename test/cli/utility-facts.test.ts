import { copyFileSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseExact } from '../../src/shared/json.ts'
import { entriesOf, entry, feedOf, hourly } from '../espi/build-feed.ts'
import { sharedPath } from '../support/shared.ts'
import { folderOf, gbcds } from './gbcds.ts'

/** An hour with a cost in no currency, and an agreement. */
const usage = feedOf([
  ...entriesOf([{ type: hourly, blocks: [[{ start: 1767243600, value: 1500, cost: 12345 }]] }]),
  entry('/CustomerAccount/1', '<CustomerAccount/>').replace('espi"', 'espi/customer"'),
  entry('/CustomerAccount/1/CustomerAgreement/1', '<CustomerAgreement/>').replace('espi"', 'espi/customer"'),
])

/** A bill of 20.00, of which 5.00 stand in a line of kind 10, information. */
const bill = feedOf([
  entry('/UsagePoint/1', '<UsagePoint/>'),
  entry(
    '/UsagePoint/1/UsageSummary/1',
    `<UsageSummary><billingPeriod><duration>86400</duration><start>1767243600</start></billingPeriod><billLastPeriod>2000000</billLastPeriod>${[
      ['1500000', 'Energy', 3],
      ['500000', 'Basic Fee ($)', 10],
    ]
      .map(
        ([amount, note, kind]) =>
          `<costAdditionalDetailLastPeriod><amount>${amount}</amount><note>${note}</note><itemKind>${kind}</itemKind></costAdditionalDetailLastPeriod>`,
      )
      .join('')}<currency>124</currency></UsageSummary>`,
  ),
])

describe('gbcds translate --utility', () => {
  it('takes zone, currency and entity from the adapter', async () => {
    const cwd = folderOf({ 'a.xml': usage })
    const { code, out, err } = await gbcds(['translate', 'a.xml', '--utility', 'sandbox-openespi'], { cwd })
    expect(code).toBe(0)
    const { usage_segments, service_contracts, accounts } = JSON.parse(out)
    expect(usage_segments[0].formats[1]).toMatchObject({ type: 'cost', currency: 'USD' })
    expect(service_contracts[0].contract_entity).toMatchObject({
      entity_name: 'Sandbox Power',
      entity_number: 'sandbox-openespi',
      types: ['distributor', 'supplier'],
    })
    expect(accounts[0].account_entity).toEqual(service_contracts[0].contract_entity)
    expect(err).not.toContain('Days are cut in UTC')
  })

  it('lets the other options count more', async () => {
    const cwd = folderOf({ 'a.xml': usage })
    const args = ['translate', 'a.xml', '--utility', 'sandbox-openespi', '--currency', 'CAD']
    const { out } = await gbcds(args, { cwd })
    expect(JSON.parse(out).usage_segments[0].formats[1]).toMatchObject({ currency: 'CAD' })
  })

  it('names the adapters when there is none of that id', async () => {
    const { code, out, err } = await gbcds(['translate', 'a.xml', '--utility', 'coastal'])
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain('--utility coastal is not in adapters/; choose one of sandbox-openespi,')
  })
})

describe('gbcds translate --billing', () => {
  it('understands bills by the quirks in the file', async () => {
    const cwd = folderOf({ 'a.xml': bill, 'q.json': '{"lines":{"basic fee":"fixed_charge"}}' })
    const without = await gbcds(['translate', 'a.xml'], { cwd })
    expect(without.code).toBe(0)
    expect(without.err).toContain('Noticed 1 × money_scale_doubtful')
    const { code, out } = await gbcds(['translate', 'a.xml', '--billing', 'q.json'], { cwd })
    expect(code).toBe(0)
    expect(JSON.parse(out).bill_sections[0].line_items).toMatchObject([
      { name: 'Energy', types: ['usage_charge'] },
      { name: 'Basic Fee ($)', types: ['fixed_charge'] },
    ])
  })

  it.each([
    ['{"lines":{"basic fee":"fee"}}', ['is wrong:', 'lines.basic fee: ', '"fixed_charge"']],
    ['{"lines":{"Basic Fee ($)":"fixed_charge"}}', ['is wrong:', 'lines.Basic Fee ($): write "basic fee"']],
    ['{"moneyExponent":2}', ['is wrong:', 'moneyExponent: ']],
    ['{"moneyexponent":-2}', ['is wrong:', '(whole): ', 'moneyexponent']],
    ['[]', ['is wrong:', '(whole): ']],
    ['{"lines":', ['is no JSON']],
  ])('says what is wrong with %s', async (text, words) => {
    const cwd = folderOf({ 'a.xml': bill, 'q.json': text })
    const { code, out, err } = await gbcds(['translate', 'a.xml', '--billing', 'q.json'], { cwd })
    expect([code, out]).toEqual([2, ''])
    for (const word of ['--billing q.json', ...words]) expect(err).toContain(word)
  })

  it('says when there is no such file', async () => {
    const { code, err } = await gbcds(['translate', 'a.xml', '--billing', 'nowhere.json'])
    expect(code).toBe(2)
    expect(err).toContain('--billing nowhere.json: no such file')
  })

  const corpus = sharedPath('corpus')
  it.skipIf(!corpus)(
    'reconciles 20 of 24 bills of Enbridge Gas by the example of docs/translate.md',
    async () => {
      const [, example = ''] =
        /```json\n(\{\n {2}"billedElement".*?\n\})\n```/s.exec(readFileSync('docs/translate.md', 'utf8')) ??
        []
      const cwd = folderOf({ 'bills.json': example })
      copyFileSync(
        path.join(corpus ?? '', 'gbengine__EGD_Gas_EnergyUsage_20221225_20241225.xml'),
        path.join(cwd, 'enbridge.xml'),
      )
      const args = ['translate', 'enbridge.xml', '--timezone', 'America/Toronto']
      const before = await gbcds([...args, '--out', 'before'], { cwd })
      expect(before.err).toContain('Noticed 24 × bill_sum_differs (UsageSummary.billLastPeriod)')
      const after = await gbcds([...args, '--billing', 'bills.json'], { cwd })
      expect(after.err).toContain('Noticed 4 × bill_sum_differs (UsageSummary.billLastPeriod)')
      const { bill_statements, bill_sections } = parseExact(after.out) as Record<string, unknown[]>
      expect([bill_statements?.length, bill_sections?.length]).toEqual([24, 24])
      expect(String(Reflect.get(bill_statements?.[0] as object, 'amount_due'))).toBe('64.170')
    },
  )
})
