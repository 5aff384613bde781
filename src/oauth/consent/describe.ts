import { parseDuration } from '../details/relative-datetime.ts'
import type { RequestedScope } from '../details/requested-scopes.ts'
import type { DetailValue } from '../stores.ts'
import type { Section } from './sections.ts'

/** What the customer reads about one kind of data: a sentence and an example (CDS-WG3-01 §9.2.2.1 #data-component). */
export interface DataLine {
  text: string
  details: string
}

/** What a scope gives by itself, in the customer's words. */
const BY_SCOPE: Readonly<Record<string, DataLine>> = {
  cds_usage: {
    text: 'Your energy and water usage, as your meter records it',
    details: 'For example: 0.42 kWh used between 10:15 and 10:30 on 3 March.',
  },
  cds_rate_plan: {
    text: 'The rate plan of your services',
    details: 'For example: "TOU-D", Time of Use Residential.',
  },
  cds_service_contracts: {
    text: 'The list of your services and the accounts they belong to',
    details: 'For example: one electric service and one gas service, active, under one account.',
  },
  cds_bill_statements: {
    text: 'Your bills: what you have to pay and by when, with your account numbers. A bill covers all services of an account',
    details: 'For example: a bill of 3 March over $84.12 for account 1234-5, to be paid by 24 March.',
  },
  cds_service_bills: {
    text: 'What each of your services was charged, with your account and contract numbers',
    details: 'For example: electricity from 1 to 31 March, 412 kWh, $84.12 in all, contract 98765.',
  },
}

/** What the customer reads for each switch of CDS-WG3-01 §7.2 that is on. */
const BY_FIELD: Readonly<Record<string, DataLine>> = {
  include_accounts: { text: 'The list of your accounts', details: 'For example: one active account.' },
  include_account_numbers: { text: 'Your account numbers', details: 'For example: account 1234-5.' },
  include_account_details: {
    text: 'Name, address and contacts of your accounts',
    details: 'For example: the name and postal address on your bill, your telephone number and email.',
  },
  include_account_programs: {
    text: 'Programs your accounts take part in',
    details: 'For example: a discount program.',
  },
  include_service_contracts: {
    text: 'The list of your services',
    details: 'For example: one electric service.',
  },
  include_contract_numbers: {
    text: 'Your service contract numbers',
    details: 'For example: contract 98765.',
  },
  include_rate_plans: BY_SCOPE.cds_rate_plan ?? { text: 'Your rate plans', details: '' },
  include_service_contract_details: {
    text: 'Address, start and end of your services',
    details: 'For example: 1 Main Street, since 1 May 2021.',
  },
  include_service_programs: {
    text: 'Programs your services take part in',
    details: 'For example: a demand response program.',
  },
  include_service_points: {
    text: 'Where your services are delivered',
    details: 'For example: service point 555.',
  },
  include_premises: { text: 'Your premises', details: 'For example: building 12.' },
  include_service_point_addresses: {
    text: 'The addresses where your services are delivered',
    details: 'For example: 1 Main Street.',
  },
  include_coordinates: {
    text: 'The location of your service points on the map',
    details: 'For example: 45.5, -73.6.',
  },
  include_meter_devices: {
    text: 'The list of your meters',
    details: 'For example: one electric smart meter.',
  },
  include_meter_numbers: { text: 'Your meter numbers', details: 'For example: meter 4400123.' },
  include_meter_apps: { text: 'Apps on your meters', details: 'For example: a load analysis app.' },
  include_bill_statements: BY_SCOPE.cds_bill_statements ?? { text: 'Your bills', details: '' },
  include_bill_statement_charges: {
    text: 'How each bill adds up: what was still unpaid, and what is new',
    details: 'For example: $20.00 left from February, $52.10 for electricity and $12.02 for gas in March.',
  },
  include_bill_sections: {
    text: 'What each of your services was charged, with your account numbers',
    details: 'For example: electricity from 1 to 31 March, 412 kWh, $84.12 in all.',
  },
  include_bill_section_line_items: {
    text: 'Every single line of what your services were charged',
    details: 'For example: customer charge $9.00; 412 kWh at 17.5 cents; local tax $2.90.',
  },
}

/** What lies in time: from which field to which, if the switch, where the scope has one, is on. */
const RANGES = [
  { what: 'Usage', be: 'is', start: 'segment_start', end: 'segment_end', on: 'include_usage_segments' },
  {
    what: 'Bills',
    be: 'are',
    start: 'statement_date_start',
    end: 'statement_date_end',
    on: 'include_bill_statements',
  },
  {
    what: 'Charges for your services',
    be: 'are',
    start: 'start_date',
    end: 'end_date',
    on: 'include_bill_sections',
  },
] as const

/** The data component of a section, CDS-WG3-01 §9.2.2.1 #data-component: each kind of data once. */
export function describeData(section: Section): DataLine[] {
  const lines = section.flatMap(({ scope, detail }) => [
    BY_SCOPE[scope.type],
    ...scope.fields.map(({ id }) => (detail?.[id] === true ? BY_FIELD[id] : undefined)),
  ])
  return [...new Set(lines.filter((line) => line !== undefined))]
}

/** The duration component of a section, CDS-WG3-01 §9.2.2.2 #duration-component: each statement once. */
export function describeDurations(section: Section): string[] {
  return [...new Set(section.flatMap(describeScope))]
}

function describeScope({ scope, detail }: RequestedScope): string[] {
  const lines = RANGES.flatMap(({ what, be, start, end, on }) => {
    const from = detail?.[start]
    if (from === undefined || detail?.[on] === false) return []
    return describeRange(what, be, { from, to: detail?.[end] ?? 'infinite' })
  })
  const showsObjects =
    scope.type !== 'cds_usage' ||
    scope.fields.some(({ id }) => id.startsWith('include_') && detail?.[id] === true)
  if (showsObjects && detail?.sync_until !== undefined) lines.push(describeUpdates(detail.sync_until))
  return lines
}

function describeRange(
  what: string,
  be: 'is' | 'are',
  { from, to }: { from: DetailValue; to: DetailValue },
): string {
  const past = isZero(from)
    ? `${what} from now on, nothing from before`
    : `${what} ${from === 'infinite' ? `from as far back as there ${be}` : `from ${describePast(from)}`}`
  if (isZero(to)) return `${past} until today, nothing after that`
  if (to === 'infinite') return `${past}, and on until you stop this authorization`
  return `${past}, and on ${describeFuture(to)}`
}

function describeUpdates(until: DetailValue): string {
  if (until === 'infinite') return 'Your details are kept up to date until you stop this authorization'
  if (isZero(until)) return 'Your details as they are now, without later updates'
  return `Your details are kept up to date ${describeFuture(until)}`
}

function describePast(value: DetailValue): string {
  const span = toSpan(value)
  return span === undefined ? toDay(value) : `the past ${span.replace(/^1 /, '')}`
}

function describeFuture(value: DetailValue): string {
  const span = toSpan(value)
  return span === undefined ? `until ${toDay(value)}` : `for ${span} from now`
}

function isZero(value: DetailValue): boolean {
  const duration = typeof value === 'string' ? parseDuration(value) : undefined
  return duration !== undefined && Object.values(duration).every((part) => part === 0)
}

/** `P1Y2M` becomes "1 year, 2 months". */
function toSpan(value: DetailValue): string | undefined {
  const duration = typeof value === 'string' ? parseDuration(value) : undefined
  if (!duration) return undefined
  const hours = Math.floor(duration.seconds / 3600)
  const minutes = Math.ceil((duration.seconds % 3600) / 60)
  const parts: [number, string][] = [
    [duration.years, 'year'],
    [duration.months, 'month'],
    [duration.days, 'day'],
    [hours, 'hour'],
    [minutes, 'minute'],
  ]
  const spoken = parts.filter(([count]) => count > 0)
  return spoken.map(([count, unit]) => `${count} ${unit}${count === 1 ? '' : 's'}`).join(', ')
}

function toDay(value: DetailValue): string {
  return new Date(String(value)).toLocaleDateString('en', { dateStyle: 'long', timeZone: 'UTC' })
}
