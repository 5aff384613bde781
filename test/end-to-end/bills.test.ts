import { describe, expect, it } from 'vitest'
import { billSection } from '../../src/cds/wire/bill-section.ts'
import { billStatement } from '../../src/cds/wire/bill-statement.ts'
import { Decimal } from '../../src/shared/decimal.ts'
import type { Json } from '../../src/shared/json.ts'
import { CdsClient } from '../support/cds-client.ts'
import { startGateway } from '../support/gateway.ts'
import { generatedBills } from '../support/generated-bills.ts'
import { freshDatabase } from '../support/postgres.ts'
import { QUEUE_BACKENDS } from '../support/queue-backends.ts'

const [postgres] = QUEUE_BACKENDS
const QUERY = 'cds_query_bill_statements cds_query_bill_sections'

const asText = (amounts: readonly Json[]) =>
  amounts.map((amount) => (amount as Decimal).plus(new Decimal(0n, -5)).toString()).sort()

describe.each(['sandbox-openespi', 'sandbox-utilityapi'])('bills of a business at %s', (utility) => {
  it('are all there, each once and to the digit, though they come in windows of three months', async () => {
    const { database } = await freshDatabase('bills')
    const test = await startGateway({ database, queue: await postgres!.open() })
    const client = await CdsClient.register(test.url, `cds_client_admin ${QUERY}`)
    const { outstanding } = await client.get('/cds/v1/messages', client.admin)
    await fetch(outstanding[0].related_uri, {
      method: 'POST',
      body: new URLSearchParams({ utility_id: utility, username: 'business', password: 'business-pass' }),
    })
    const query = client.of('cds_query_bill_sections')
    const token = await client.token(query.client_id, query.secret, { grant_type: 'client_credentials' })
    const grant = await client.settled(token.cds_grant_ids[0])
    expect(grant).toMatchObject({ status: 'active', enabled_scope: QUERY })

    const statements = await client.all('bill_statements', '/cds/v1/bill-statements', token.access_token)
    const sections = await client.all('bill_sections', '/cds/v1/bill-sections', token.access_token)
    const expected = generatedBills(test.sandbox.territory(), 'business')
    expect(sections.length).toBeGreaterThan(100)
    expect(sections).toHaveLength(expected.sections.length)
    expect(asText(statements.map(({ amount_due = null }) => amount_due))).toEqual(
      asText(expected.statements.map(({ amount }) => amount)),
    )
    const totals = sections.map(({ cost_details }) => (cost_details as { cost: Decimal }[])[0]!.cost)
    expect(asText(totals)).toEqual(asText(expected.sections.map(({ total }) => total)))
    for (const each of statements) expect(billStatement.safeParse(each).error).toBeUndefined()
    for (const each of sections) expect(billSection.safeParse(each).error).toBeUndefined()

    const dates = statements.map(({ statement_date }) => String(statement_date))
    expect(dates).toEqual(dates.toSorted().toReversed())
    const ids = new Set(statements.map(({ cds_billstatement_id }) => cds_billstatement_id))
    for (const { cds_billstatement_id: id } of sections) expect(ids).toContain(id)
  }, 120_000)
})
