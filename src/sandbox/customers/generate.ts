import { type LocalCalendar, localCalendar } from '../../shared/local-calendar.ts'
import { CAST, type MeterKit, type Role, type Service } from './cast.ts'
import type { Account, Address, Agreement, Customer, Window } from './model.ts'

const DAYS_OF_HISTORY = 730

/** What one simulated utility knows: its calendar, how far its data reaches, its customers. */
export interface Territory {
  readonly calendar: LocalCalendar
  /** Two years, up to the local midnight before now. */
  readonly history: Window
  readonly customers: readonly Customer[]
}

/** The same seed, time and zone give the same customers; a reading stays the same as time goes on. */
export function generateCustomers(seed: string, now: Date, zone: string): Territory {
  const calendar = localCalendar(zone)
  const today = calendar.dayOf(Math.floor(now.getTime() / 1000))
  return {
    calendar,
    history: { from: calendar.plusDays(today, -DAYS_OF_HISTORY).start, to: today.start },
    customers: CAST.map((role, index) => toCustomer(role, index + 1, { seed, calendar })),
  }
}

function toCustomer(role: Role, number: number, kit: MeterKit): Customer {
  return {
    id: `9000${number}`,
    username: role.username,
    password: `${role.username}-pass`,
    description: role.description,
    customerName: role.customerName,
    kind: role.kind,
    address: addressOf(role, 1),
    phone: { areaCode: '555', localNumber: `555010${number}` },
    email: `${role.username}@customers.example`,
    accounts: role.accounts.map((services, index) => toAccount(role, services, { number, index, kit })),
  }
}

interface Place {
  readonly number: number
  readonly index: number
  readonly kit: MeterKit
}

function toAccount(role: Role, services: readonly Service[], place: Place): Account {
  const { number, index } = place
  return {
    id: `${number}${index + 1}`,
    // A leading zero and a trailing one: an account number is text, never a number.
    accountNumber: `00${number}45600-${index + 1}`,
    agreements: services.map((service, at) =>
      toAgreement(service, addressOf(role, index + 1), { ...place, at }),
    ),
  }
}

function toAgreement(service: Service, address: Address, place: Place & { at: number }): Agreement {
  const { number, index, at, kit } = place
  const id = `3100${number}${index + 1}${at + 1}`
  const [year, month, day] = service.since
  return {
    id,
    agreementNumber: `0${id}`,
    ratePlan: service.ratePlan,
    validFrom: kit.calendar.dayOf(Date.UTC(year, month - 1, day, 12) / 1000).start,
    address,
    usagePoint: {
      id: `7${id}`,
      meterSerialNumber: `MTR-0${number}${index + 1}${at + 1}-SIM`,
      ...service.meter(kit),
    },
  }
}

function addressOf(role: Role, number: number): Address {
  return {
    number: String(number),
    street: role.street,
    town: 'Testville',
    stateOrProvince: 'NY',
    postalCode: '00001',
  }
}
