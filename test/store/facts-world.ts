import { createHash } from 'node:crypto'
import type { Account } from '../../src/cds/wire/account.ts'
import type { BillSection } from '../../src/cds/wire/bill-section.ts'
import type { BillStatement } from '../../src/cds/wire/bill-statement.ts'
import type { MeterDevice } from '../../src/cds/wire/meter-device.ts'
import type { ServiceContract } from '../../src/cds/wire/service-contract.ts'
import type { ServicePoint } from '../../src/cds/wire/service-point.ts'
import type { UsageSegment, ValueFormat } from '../../src/cds/wire/usage-segment.ts'
import { Decimal } from '../../src/shared/decimal.ts'
import type { Translated, Unstamped } from '../../src/translate/translated.ts'
import type { Random } from '../support/random.ts'
import { NOTHING } from '../support/translated.ts'

/** A small world that authorizations tell parts of: ids are shared, what is told of them is not. */
export interface World {
  accounts: readonly string[]
  /** Contract, and its account. */
  contracts: readonly { id: string; account: string }[]
  points: readonly { id: string; contracts: readonly string[] }[]
  meters: readonly { id: string; points: readonly string[] }[]
}

/** Few, so that things have numbers in common, and one has the id of another for a number. */
export const NUMBERS = ['N1', 'N2', 'n3', 'acc-1'] as const
export const DAYS = ['2026-01-01', '2026-01-02', '2026-01-03'] as const
const HOUR = 3_600_000

export function randomWorld(random: Random): World {
  const names = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${prefix}-${index}`)
  const accounts = names('acc', 2 + random.below(3))
  const contracts = names('con', accounts.length + random.below(3)).map((id) => ({
    id,
    account: random.pick(accounts),
  }))
  const contractIds = contracts.map(({ id }) => id)
  const points = names('sp', contracts.length + random.below(3)).map((id) => ({
    id,
    contracts: random.chance(0.2) ? random.some(contractIds, 0.4) : [random.pick(contractIds)],
  }))
  const pointIds = points.map(({ id }) => id)
  const meters = names('m', points.length).map((id) => ({
    id,
    points: random.chance(0.2) ? random.some(pointIds, 0.4) : [random.pick(pointIds)],
  }))
  return { accounts, contracts, points, meters }
}

/** What an authorization tells of all of it or of a part, anew or much as before. */
export function randomTelling(random: Random, world: World, before: Translated | undefined): Translated {
  const probability = random.pick([1, 0.85, 0.6])
  // What is not told anew is told as it was.
  const change = before ? random.pick([0.1, 0.4, 1]) : 1
  const again = <Place extends { id: string }, T>(
    places: readonly Place[],
    known: { list: readonly T[]; idOf: (object: T) => string },
    tell: (place: Place) => T,
  ) =>
    random.some(places, probability).map((place) => {
      const told = known.list.find((object) => known.idOf(object) === place.id)
      return told && !random.chance(change) ? told : tell(place)
    })
  const known = before ?? NOTHING
  const accounts = again(
    world.accounts.map((id) => ({ id })),
    { list: known.accounts, idOf: ({ cds_account_id }) => cds_account_id },
    ({ id }) => account(random, world, id),
  )
  const serviceContracts = again(
    world.contracts,
    { list: known.serviceContracts, idOf: ({ cds_servicecontract_id }) => cds_servicecontract_id },
    (place) => contract(random, place),
  )
  const servicePoints = again(
    world.points,
    { list: known.servicePoints, idOf: ({ cds_servicepoint_id }) => cds_servicepoint_id },
    (place) => point(random, place),
  )
  const meterDevices = again(
    world.meters,
    { list: known.meterDevices, idOf: ({ cds_meterdevice_id }) => cds_meterdevice_id },
    (place) => meter(random, place),
  )
  const told = random.some(servicePoints, 0.9).map(({ cds_servicepoint_id }) => cds_servicepoint_id)
  const points = [...told, ...(random.chance(0.1) ? [random.pick(world.points).id] : [])]
  const usageSegments = [...new Set(points)].flatMap((id) => usage(random, { world, known, change }, id))
  return {
    ...NOTHING,
    accounts,
    serviceContracts,
    servicePoints,
    meterDevices,
    usageSegments,
    ...bills(random, world),
  }
}

/** Bills of a window: it tells some, and those that it does not tell stay. */
function bills(random: Random, world: World): Pick<Translated, 'billStatements' | 'billSections'> {
  const ids = random.some(BILLS, 0.5)
  return {
    billStatements: ids.map((id) => statement(random, world, id)),
    billSections: ids.map((id) => section(random, world, id)),
  }
}

const BILLS = ['b-0', 'b-1', 'b-2'] as const

function statement(random: Random, { accounts }: World, id: string): Unstamped<BillStatement> {
  const related_billsections = random.some(BILLS).map((bill) => `section-${bill}`)
  const charge = {
    id: 'c',
    name: 'Energy',
    types: [],
    amount: new Decimal(100n, -2),
    included_in_amount_due: true,
  }
  return {
    cds_billstatement_id: `statement-${id}`,
    cds_account_id: random.chance(0.1) ? null : random.pick(accounts),
    account_number: number(random),
    statement_date: random.pick(DAYS),
    espi_statement_date_source: 'line_item',
    currency: 'USD',
    ...maybe(random, 'new_charges', [
      { ...charge, ...maybe(random, 'related_billsections', related_billsections) },
    ]),
    amount_due: new Decimal(100n + BigInt(random.below(2)), -2),
    amount_due_date: random.chance(0.3) ? null : random.pick(DAYS),
    shutoff_prevention_minimum_due: null,
    shutoff_prevention_date: null,
  }
}

function section(
  random: Random,
  { accounts, contracts, points, meters }: World,
  id: string,
): Unstamped<BillSection> {
  const start = random.pick(DAYS)
  const some = (places: readonly { id: string }[]) => random.some(places, 0.4).map((place) => place.id)
  const chosen = random.pick(contracts)
  return {
    cds_billsection_id: `section-${id}`,
    cds_billstatement_id: random.chance(0.2) ? null : `statement-${random.pick(BILLS)}`,
    cds_account_id: random.chance(0.1) ? null : random.chance(0.7) ? chosen.account : random.pick(accounts),
    account_number: number(random),
    section_types: ['electric'],
    start_date: start,
    end_date: random.pick(DAYS.filter((day) => day >= start)),
    currency: 'USD',
    distribution_entity: null,
    supply_entity: null,
    related_servicecontracts: random.chance(0.1)
      ? []
      : [...new Set([chosen.id, ...random.some([random.pick(contracts).id], 0.3)])],
    related_servicepoints: some(points),
    related_meterdevices: some(meters),
    related_billsections: random.some(BILLS, 0.3).map((bill) => `section-${bill}`),
    usage_details: [],
    cost_details: [],
    espi_billing_period: {
      start: `${start}T0${random.below(10)}:00:00Z`,
      duration: new Decimal(BigInt(3600 * (1 + random.below(48)))),
    },
    espi_information: [],
    ...maybe(random, 'espi_read_cycle', text(random, 'cycle')),
  }
}

/** Present, or as narrower scopes bring it: absent. */
function maybe<const Name extends string, T>(random: Random, name: Name, value: T): { [name in Name]?: T } {
  return random.chance(0.6) ? ({ [name]: value } as { [name in Name]?: T }) : {}
}

function text(random: Random, what: string): string {
  return `${what} ${random.pick(['one', 'Two', '50%_\\'])}`
}

function number(random: Random): string | null {
  return random.chance(0.25) ? null : random.pick(NUMBERS)
}

/** Absent, or as the wire has it: a string. */
function numberIfTold<const Name extends string>(random: Random, name: Name): { [name in Name]?: string } {
  return maybe(random, name, random.pick(NUMBERS))
}

function account(random: Random, { accounts }: World, id: string): Unstamped<Account> {
  const types = random.some(['residential', 'commercial', 'billed_monthly'] as const)
  return {
    cds_account_id: id,
    cds_account_parent: random.chance(0.2) ? random.pick(accounts) : null,
    ...maybe(random, 'customer_number', number(random)),
    ...numberIfTold(random, 'account_number'),
    ...maybe(random, 'account_name', text(random, 'Name')),
    ...maybe(random, 'account_types', types),
    ...maybe(random, 'account_status', random.pick(['active', 'closed'] as const)),
    ...maybe(
      random,
      'account_contacts',
      random.some(['a@example.com', '555'], 0.5).map((value) => ({ id: value, types: [], value })),
    ),
    ...maybe(random, 'espi_customer', { name: text(random, 'Customer') }),
    ...maybe(random, 'espi_statements', [{ note: text(random, 'closed') }]),
  }
}

function contract(
  random: Random,
  { id, account: accountId }: World['contracts'][number],
): Unstamped<ServiceContract> {
  return {
    cds_servicecontract_id: id,
    cds_account_id: accountId,
    ...numberIfTold(random, 'account_number'),
    ...maybe(random, 'contract_number', number(random)),
    contract_types: random.some(['utility_service', 'billed_monthly'] as const),
    contract_status: random.pick(['active', 'closed'] as const),
    ...maybe(random, 'contract_start', '2020-01-01'),
    ...maybe(random, 'contract_end', random.chance(0.5) ? null : '2026-12-31'),
    service_types: random.some(['electric', 'water', 'metered'] as const),
    ...maybe(random, 'rateplan_code', text(random, 'RES')),
    ...maybe(random, 'espi_pricing_structures', random.some(['flat', 'tou'])),
  }
}

function point(random: Random, { id, contracts }: World['points'][number]): Unstamped<ServicePoint> {
  return {
    cds_servicepoint_id: id,
    servicepoint_number: number(random),
    servicepoint_types: random.some(['electric', 'water', 'physical'] as const),
    ...maybe(random, 'servicepoint_address', random.chance(0.3) ? null : text(random, 'Street')),
    ...maybe(
      random,
      'latitude',
      random.chance(0.3) ? null : new Decimal(407128n + BigInt(random.below(3)), -4),
    ),
    current_servicecontracts: random.some(contracts, 0.9),
    previous_servicecontracts: random.some(contracts, 0.2),
    ...maybe(
      random,
      'premises',
      random.some(NUMBERS, 0.4).map((premise_number) => ({ id: premise_number, premise_number, types: [] })),
    ),
  }
}

function meter(random: Random, { id, points }: World['meters'][number]): Unstamped<MeterDevice> {
  return {
    cds_meterdevice_id: id,
    ...maybe(random, 'meter_number', number(random)),
    meter_types: random.some(['electric_usage', 'ami_meter', 'bidirectional'] as const),
    current_servicepoints: random.some(points, 0.9),
    previous_servicepoints: random.some(points, 0.2),
    ...maybe(random, 'espi_meter', { note: text(random, 'Meter') }),
  }
}

interface Known {
  world: World
  known: Translated
  change: number
}

/** Days of a service point in two lengths of interval, and registers beside them; days are left out, told in part, or told again. */
function usage(random: Random, { world, known, change }: Known, pointId: string): Unstamped<UsageSegment>[] {
  return (['intervals', 'halves', 'registers'] as const).flatMap((what, index) => {
    if (index > 0 && !random.chance(0.25)) return []
    const formats = formatsOf(random, what, metersOf(world, pointId))
    return random.some(DAYS, 0.75).map((day) => {
      const id = segmentIdOf(pointId, what, day)
      const told = known.usageSegments.find(({ cds_usagesegment_id }) => cds_usagesegment_id === id)
      return told && !random.chance(change)
        ? told
        : segment(random, {
            id,
            what,
            day,
            pointId,
            world,
            formats: random.chance(0.7) ? formats : formatsOf(random, what, metersOf(world, pointId)),
          })
    })
  })
}

/** The id that a segment has through whatever authorization it comes. */
export function segmentIdOf(point: string, what: string, day: string): string {
  return createHash('md5').update(`${point} ${what} ${day}`).digest('hex')
}

function metersOf({ meters }: World, pointId: string): string[] {
  return meters.filter(({ points }) => points.includes(pointId)).map(({ id }) => id)
}

function formatsOf(random: Random, what: string, meters: readonly string[]): ValueFormat[] {
  if (what === 'registers') {
    const [one] = meters
    const named = one && random.chance(0.7) ? { related_meterdevice: one } : {}
    return [{ id: 'r', type: 'meter_readings', register: null, units: 'kWh', ...named }]
  }
  const named = meters.length > 0 && random.chance(0.3) ? { related_meterdevices: [...meters] } : {}
  const quality = random.chance(0.4) ? { quality: random.pick(['raw', 'valid'] as const) } : {}
  const first: ValueFormat = { id: 'u', type: 'electric_usage', units: 'kWh', ...quality, ...named }
  const demand: ValueFormat = { id: 'd', type: 'electric_demand', units: 'kW', demand_type: 'peak' }
  const list = random.pick<ValueFormat[]>([[first], [first], [first, demand], [demand, first]])
  if (random.chance(0.7)) return list
  const indexes = list.map((_, index) => new Decimal(BigInt(index)))
  return [...list, { id: 'c', type: 'cost', currency: 'USD', indexes }]
}

interface Place {
  id: string
  what: 'intervals' | 'halves' | 'registers'
  day: string
  pointId: string
  world: World
  formats: ValueFormat[]
}

function segment(random: Random, { id, what, day, pointId, world, formats }: Place): Unstamped<UsageSegment> {
  const hours = what === 'intervals' ? 6 : 12
  const count = 24 / hours
  const from = random.chance(0.25) ? random.below(count) : 0
  const to = random.chance(0.25) ? from + 1 + random.below(count - from) : count
  const start = Date.parse(`${day}T00:00:00Z`)
  const contracts = world.points.find((each) => each.id === pointId)?.contracts ?? []
  const contractId =
    contracts.length > 0 && random.chance(0.95) ? contracts[random.below(contracts.length)] : undefined
  const accountId = world.contracts.find((each) => each.id === contractId)?.account
  const moment = (place: number) => new Date(start + place * hours * HOUR).toISOString().replace('.000', '')
  return {
    cds_usagesegment_id: id,
    related_aggregations: [],
    related_accounts: accountId ? [accountId] : random.some(world.accounts.slice(0, 1)),
    related_servicecontracts: contractId ? [contractId] : [],
    related_servicepoints: [pointId],
    related_meterdevices: random.chance(0.9) ? metersOf(world, pointId) : [],
    related_billsections: [],
    segment_start: moment(from),
    segment_end: moment(to),
    interval: new Decimal(BigInt(hours * 3600)),
    formats,
    values: Array.from({ length: to - from }, (_, index) =>
      formats.map(({ type }, column) =>
        index + column > 0 && random.chance(0.15) ? null : value(random, type),
      ),
    ),
  }
}

function value(random: Random, type: string) {
  const decimal = new Decimal(BigInt(100 + random.below(3) * 10), -3)
  if (type === 'meter_readings') return { r: String(random.below(3)) }
  const member = { electric_usage: 'eu', electric_demand: 'ed', cost: 'c' }[type] ?? 'v'
  return { [member]: decimal }
}
