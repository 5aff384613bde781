import { describe, expect, it } from 'vitest'
import { billedMonths, toBill } from '../../src/sandbox/customers/bills.ts'
import { blocksOf, totalOf } from '../../src/sandbox/customers/blocks.ts'
import { generateCustomers, type Territory } from '../../src/sandbox/customers/generate.ts'
import { type Agreement, agreementsOf, type Channel } from '../../src/sandbox/customers/model.ts'
import { daysBetween, wallHour } from '../../src/shared/local-calendar.ts'

const now = new Date('2026-11-21T12:00:00Z')
const territory = generateCustomers('test', now, 'America/New_York')

function agreement(username: string, index = 0, of: Territory = territory): Agreement {
  return agreementsOf(of.customers.find((customer) => customer.username === username)!)[index]!
}

function channel(username: string, id: string, index = 0): Channel {
  return agreement(username, index).usagePoint.channels.find((one) => one.id === id)!
}

function day(text: string) {
  return territory.calendar.dayOf(Date.parse(text) / 1000)
}

describe('generateCustomers', () => {
  it('gives the same customers and readings for the same seed', () => {
    const again = generateCustomers('test', now, 'America/New_York')
    const total = (of: Territory) =>
      of.customers.map((customer) =>
        agreementsOf(customer).map(({ usagePoint }) =>
          usagePoint.channels.map((one) => totalOf(one, of.history, of.calendar)),
        ),
      )
    expect(total(again)).toEqual(total(territory))
  })

  it('gives other readings for another seed', () => {
    const other = generateCustomers('other', now, 'America/New_York')
    const noon = day('2026-03-04T12:00:00Z')
    const values = (of: Territory) => agreement('house', 0, of).usagePoint.channels[0]!.readings(noon)
    expect(values(other)).not.toEqual(values(territory))
  })

  it('keeps a reading as it was when time goes on', () => {
    const later = generateCustomers('test', new Date('2027-01-15T12:00:00Z'), 'America/New_York')
    const at = day('2026-10-10T12:00:00Z')
    expect(agreement('house', 0, later).usagePoint.channels[0]!.readings(at)).toEqual(
      channel('house', 'kwh').readings(at),
    )
  })

  it('reaches 730 local days back from the last local midnight', () => {
    expect(new Date(territory.history.to * 1000).toISOString()).toBe('2026-11-21T05:00:00.000Z')
    expect(new Date(territory.history.from * 1000).toISOString()).toBe('2024-11-21T05:00:00.000Z')
  })

  it('has a business with three accounts and five meters, two of them gas', () => {
    const business = territory.customers.find(({ username }) => username === 'business')!
    expect(business.accounts.map(({ agreements }) => agreements.length)).toEqual([2, 2, 1])
    expect(agreementsOf(business).map(({ usagePoint }) => usagePoint.serviceKind)).toEqual([0, 1, 0, 1, 0])
  })

  it('gives every account, agreement, meter and usage point its own number', () => {
    const agreements = territory.customers.flatMap(agreementsOf)
    const accounts = territory.customers.flatMap(({ accounts: own }) => own)
    for (const numbers of [
      accounts.map(({ accountNumber }) => accountNumber),
      agreements.map(({ agreementNumber }) => agreementNumber),
      agreements.map(({ usagePoint }) => usagePoint.id),
      agreements.map(({ usagePoint }) => usagePoint.meterSerialNumber),
    ]) {
      expect(new Set(numbers).size).toBe(numbers.length)
    }
  })
})

describe('local days', () => {
  it.each([
    ['2026-03-08T12:00:00Z', 92, '2026-03-08T05:00:00.000Z'],
    ['2026-11-01T12:00:00Z', 100, '2026-11-01T04:00:00.000Z'],
    ['2026-07-01T12:00:00Z', 96, '2026-07-01T04:00:00.000Z'],
  ])(
    'the day of %s has %i quarter-hours, from local midnight on, without hole or overlap',
    (text, count, start) => {
      const readings = channel('solar', 'delivered').readings(day(text))
      expect(readings).toHaveLength(count)
      expect(new Date(readings[0]!.start * 1000).toISOString()).toBe(start)
      expect(new Set(readings.map((reading, index) => reading.start - index * 900)).size).toBe(1)
    },
  )

  it.each([
    ['2026-03-08T12:00:00Z', 82_800],
    ['2026-11-01T12:00:00Z', 90_000],
  ])('a daily reading of %s lasts %i seconds', (text, duration) => {
    expect(
      channel('flat', 'therms')
        .readings(day(text))
        .map((reading) => reading.duration),
    ).toEqual([duration])
  })

  it('time of use follows the wall clock: on peak from 14:00 to 19:00 on a working day', () => {
    const readings = channel('business', 'kwh').readings(day('2026-11-02T12:00:00Z'))
    const peak = readings.filter(({ tou }) => tou === 1)
    expect(new Date(peak[0]!.start * 1000).toISOString()).toBe('2026-11-02T19:00:00.000Z')
    expect(peak).toHaveLength(20)
    expect(new Set(readings.map(({ tou }) => tou))).toEqual(new Set([1, 2, 3]))
  })

  it.each([
    ['2026-03-08', 2, 3],
    ['2026-11-01', 2, 1],
    ['2026-11-01', 24, 23],
    ['2026-07-01', 24 - 1, 23],
  ])('on %s the clock shows, %i hours after midnight, %i', (date, elapsed, shown) => {
    const at = day(`${date}T12:00:00Z`)
    expect(wallHour(territory.calendar, at, at.start + elapsed * 3600)).toBe(shown)
  })

  it('are none lost and none doubled between two years', () => {
    const days = [...daysBetween(territory.calendar, territory.history.from, territory.history.to)]
    expect(days).toHaveLength(730)
    expect(days.every(({ start }, index) => index === 0 || start === days[index - 1]!.end)).toBe(true)
  })
})

describe('readings', () => {
  it('of the house miss two hours on the 17th of June and are estimated (8, 9) now and then', () => {
    const gap = channel('house', 'kwh').readings(day('2026-06-17T12:00:00Z'))
    expect(gap).toHaveLength(88)
    const all = [...blocksOf(channel('house', 'kwh'), territory.history, territory.calendar)].flatMap(
      (block) => block.readings(),
    )
    expect(all).toHaveLength(730 * 96 - 4 * 8)
    const count = (quality: number) => all.filter((reading) => reading.quality === quality).length
    expect(count(8)).toBeGreaterThan(100)
    expect(count(9)).toBeGreaterThan(10)
    expect(count(8) + count(9)).toBeLessThan(all.length / 50)
  })

  it('of the solar house flow both ways, never negative', () => {
    const window = { from: day('2026-06-20T12:00:00Z').start, to: day('2026-06-21T12:00:00Z').start }
    const total = (id: string) => totalOf(channel('solar', id), window, territory.calendar)
    expect(total('delivered')).toBeGreaterThan(0n)
    expect(total('received')).toBeGreaterThan(0n)
    const values = channel('solar', 'received')
      .readings(day('2026-06-20T12:00:00Z'))
      .map(({ value }) => value)
    expect(values.every((value) => value >= 0n)).toBe(true)
  })

  it('of the demand channel are the mean power of the energy channel', () => {
    const at = day('2026-05-05T12:00:00Z')
    const energy = channel('business', 'kwh').readings(at)
    const power = channel('business', 'demand').readings(at)
    expect(power.map(({ value }) => value)).toEqual(energy.map(({ value }) => value * 4n))
  })
})

describe('bills', () => {
  it.each(territory.customers.flatMap(agreementsOf).map((one) => [one.agreementNumber, one] as const))(
    'of agreement %s total exactly the readings of their month, and their lines add up',
    (_number, one) => {
      const months = [...billedMonths(territory.history, territory.calendar)]
      expect(months).toHaveLength(23)
      const month = months[7]!
      const bill = toBill(one, month, territory.calendar)
      const readings = [...blocksOf(one.usagePoint.channels[0]!, territory.history, territory.calendar)]
        .flatMap((block) => block.readings())
        .filter(({ start }) => start >= month.from && start < month.to)
      expect(bill.consumption).toBe(readings.reduce((sum, { value }) => sum + value, 0n))
      expect(bill.total).toBe(bill.lines.reduce((sum, { amount }) => sum + amount, 0n))
      expect(bill.total).toBeGreaterThan(one.ratePlan.monthlyCharge)
    },
  )
})
