import { describe, expect, it } from 'vitest'
import { describeData, describeDurations } from '../../src/oauth/consent/describe.ts'
import { toGrantedDetails, toScopeRequests } from '../../src/oauth/details/granted-details.ts'
import { toRequestedScopes } from '../../src/oauth/details/requested-scopes.ts'

const moment = { now: new Date('2026-06-16T02:00:00Z'), timezone: 'America/New_York' }

/** The scope with these details, as a client asks for it. */
function asked(type: string, details: object = {}) {
  const [requested] = toRequestedScopes(
    { scope: type, authorizationDetails: [{ type, ...details }] },
    { scope: type },
    moment,
  )
  return requested!
}

const granted = (type: string, details?: object) => toGrantedDetails([asked(type, details)], moment)[0]!
const described = (type: string, details?: object) => {
  const section = [asked(type, details)] as const
  return { data: describeData(section).map(({ text }) => text), times: describeDurations(section) }
}

describe('cds_bill_statements', () => {
  it('is granted with absolute dates: the start counts back, the end on (CDS-WG3-01 §7.3)', () => {
    expect(granted('cds_bill_statements', { statement_date_start: 'P2Y' })).toMatchObject({
      statement_date_start: '2024-06-15',
      statement_date_end: '2027-06-15',
    })
    expect(
      granted('cds_bill_statements', { statement_date_start: 'infinite', statement_date_end: '2026-01-31' }),
    ).toMatchObject({ statement_date_start: 'infinite', statement_date_end: '2026-01-31' })
  })

  it.each([
    ['statement_date_start', 'P1DT2H'],
    ['statement_date_start', '2026-01-31T00:00:00Z'],
    ['statement_date_end', '2026-02-30'],
    ['statement_date_end', true],
  ])('refuses %s %s, and says what a date looks like (CDS-WG1-02 §3.9)', (field, value) => {
    expect(() => asked('cds_bill_statements', { [field]: value })).toThrow(
      `${field} must be a date such as 2026-01-31, a duration such as P1Y, or "infinite"`,
    )
  })

  it('refuses a start that is still to come (CDS-WG1-02 §3.8 minimum)', () => {
    expect(() => asked('cds_bill_statements', { statement_date_start: '2026-06-16' })).toThrow(
      'must not be nearer than P0D',
    )
    expect(granted('cds_bill_statements', { statement_date_start: '2026-06-15' }).statement_date_start).toBe(
      '2026-06-15',
    )
  })

  it('tells the utility what the scope has by itself (CDS-WG3-01 §6.1.7)', () => {
    expect(toScopeRequests([asked('cds_bill_statements')], moment)[0]?.details).toMatchObject({
      include_bill_statements: true,
      include_accounts: true,
      include_account_numbers: true,
    })
  })

  it('is shown in the customer’s words, with the days from when and until when', () => {
    expect(described('cds_bill_statements')).toEqual({
      data: [
        'Your bills: what you have to pay and by when, with your account numbers. A bill covers all services of an account',
      ],
      times: [
        'Bills from the past year, and on for 1 year from now',
        'Your details are kept up to date for 1 year from now',
      ],
    })
    expect(
      described('cds_bill_statements', {
        include_bill_statement_charges: true,
        statement_date_start: '2025-01-01',
        statement_date_end: 'P0D',
      }),
    ).toMatchObject({
      data: [expect.any(String), 'How each bill adds up: what was still unpaid, and what is new'],
      times: ['Bills from January 1, 2025 until today, nothing after that', expect.any(String)],
    })
    expect(described('cds_bill_statements', { statement_date_start: 'infinite' }).times[0]).toBe(
      'Bills from as far back as there are, and on for 1 year from now',
    )
  })
})

describe('cds_service_bills', () => {
  it('is shown with its own days, and those of bills only where they are included', () => {
    expect(described('cds_service_bills', { start_date: 'P3Y' })).toEqual({
      data: ['What each of your services was charged, with your account and contract numbers'],
      times: [
        'Charges for your services from the past 3 years, and on for 1 year from now',
        'Your details are kept up to date for 1 year from now',
      ],
    })
    const more = described('cds_service_bills', {
      include_bill_statements: true,
      include_bill_section_line_items: true,
    })
    expect(more.data).toEqual([
      expect.any(String),
      'Every single line of what your services were charged',
      'Your bills: what you have to pay and by when, with your account numbers. A bill covers all services of an account',
    ])
    expect(more.times[0]).toBe('Bills from the past year, and on for 1 year from now')
  })
})

describe('cds_usage', () => {
  it('says nothing of bills unless their sections are included (CDS-WG3-01 §6.1.9)', () => {
    expect(described('cds_usage').times).toHaveLength(2)
    const more = described('cds_usage', { include_bill_sections: true })
    expect(more.data).toContain('What each of your services was charged, with your account numbers')
    expect(more.times).toContain('Charges for your services from the past year, and on for 1 year from now')
  })
})

describe('cds_query_bill_statements', () => {
  it('opens everything to its owner, from ever and for ever (CDS-WG3-01 §6.2.5)', () => {
    expect(granted('cds_query_bill_statements')).toMatchObject({
      include_bill_statement_charges: true,
      statement_date_start: 'infinite',
      statement_date_end: 'infinite',
      sync_until: 'infinite',
    })
  })
})
