import { describe, expect, it } from 'vitest'
import { account } from '../../src/cds/wire/account.ts'
import { translateFeed } from '../../src/translate/translate-feed.ts'
import type { Translated } from '../../src/translate/translated.ts'
import { entry, feedOf, read } from '../espi/build-feed.ts'
import { context } from './context.ts'

const CUSTOMER = '/RetailCustomer/1/Customer/1'
const ACCOUNT = `${CUSTOMER}/CustomerAccount/7`
const related = (href: string): string => `<link rel="related" href="${href}"/>`

function ofCustomer(self: string, payload: string, links = ''): string {
  return entry(self, payload, links).replace('naesb.org/espi"', 'naesb.org/espi/customer"')
}

const holder = [
  ofCustomer(CUSTOMER, '<Customer><customerName>Ann</customerName></Customer>'),
  ofCustomer(ACCOUNT, '<CustomerAccount><accountId>A-7</accountId></CustomerAccount>'),
  ofCustomer(
    `${ACCOUNT}/CustomerAgreement/3`,
    '<CustomerAgreement><agreementId>C-3</agreementId></CustomerAgreement>',
  ),
]
const file =
  '<statementRef><fileName>nov.pdf</fileName><mediaType>application/pdf</mediaType><statementURL>https://utility.example/s/1</statementURL></statementRef>'
const statement = `<Statement><issueDateTime>1637640000</issueDateTime>${file}</Statement>`

async function translate(...entries: string[]): Promise<Translated> {
  return translateFeed(await read(feedOf(entries)), context)
}

const stamps = {
  cds_created: '2026-03-09T00:00:00Z',
  cds_modified: '2026-03-09T00:00:00Z',
  cds_synced: '2026-03-09T00:00:00Z',
}

describe('Statement, carried on the account', () => {
  it.each([
    ['the account', related(ACCOUNT)],
    ['its agreement', related(`${ACCOUNT}/CustomerAgreement/3`)],
    ['nothing, where there is one account', ''],
  ])('as written, where it links to %s', async (_name, links) => {
    const { accounts, refused } = await translate(
      ...holder,
      ofCustomer(`${CUSTOMER}/Statement/1`, statement, links),
    )
    expect(refused).toEqual([])
    expect(accounts[0]?.espi_statements).toEqual([
      {
        issueDateTime: '1637640000',
        statementRef: {
          fileName: 'nov.pdf',
          mediaType: 'application/pdf',
          statementURL: 'https://utility.example/s/1',
        },
      },
    ])
    expect(account.safeParse({ ...accounts[0], ...stamps }).error).toBeUndefined()
  })

  it('with several files, and several statements', async () => {
    const two = statement.replace(file, file + file.replaceAll('nov', 'dec'))
    const { accounts } = await translate(
      ...holder,
      ofCustomer(`${CUSTOMER}/Statement/1`, two, related(ACCOUNT)),
      ofCustomer(`${CUSTOMER}/Statement/2`, statement, related(ACCOUNT)),
    )
    expect(accounts[0]?.espi_statements).toMatchObject([
      { statementRef: [{ fileName: 'nov.pdf' }, { fileName: 'dec.pdf' }] },
      { statementRef: { fileName: 'nov.pdf' } },
    ])
  })

  it('also as a lower-case element of Atom that holds a text', async () => {
    const lower = `<entry><link rel="self" href="${CUSTOMER}/Statement/1"/>${related(ACCOUNT)}<content><statement>https://utility.example/s/1</statement></content></entry>`
    const { accounts, refused } = await translate(...holder, lower)
    expect(accounts[0]?.espi_statements).toEqual([{ statement: 'https://utility.example/s/1' }])
    expect(refused).toEqual([])
  })

  it('of an account that is not there is refused by name', async () => {
    const { refused } = await translate(
      ...holder,
      ofCustomer(`${CUSTOMER}/Statement/1`, statement, related(`${CUSTOMER}/CustomerAccount/8`)),
    )
    expect(refused.map(({ code, field }) => [code, field])).toEqual([['link_unresolved', 'Statement']])
  })

  it('has what ESPI does not know refused by name', async () => {
    const odd = statement.replace('<issueDateTime>', '<pages>3</pages><issueDateTime>')
    const { refused } = await translate(...holder, ofCustomer(`${CUSTOMER}/Statement/1`, odd))
    expect(refused.map(({ code, field }) => [code, field])).toEqual([['unknown_element', 'Statement.pages']])
  })

  it('makes no bill statement, and so no `file_uri` that a client could not open (CDS-WG3-01 §10.5.1)', async () => {
    const { billStatements } = await translate(...holder, ofCustomer(`${CUSTOMER}/Statement/1`, statement))
    expect(billStatements).toEqual([])
  })
})
