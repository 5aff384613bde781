import type { Clock } from '../shared/clock.ts'
import { generateCustomers, type Territory } from './customers/generate.ts'
import type { Customer } from './customers/model.ts'
import type { EspiFile } from './espi-files.ts'

/** Who has an account at the simulated utility: a generated customer, or a file that stands for one. */
export interface AccountHolder {
  readonly customer: Customer
  readonly file?: EspiFile
}

export interface CustomerDirectory {
  /** Data up to the last local midnight. */
  territory(): Territory
  holders(): AccountHolder[]
  find(username: string): AccountHolder | undefined
  /** Undefined when the name or the password is wrong. */
  signIn(username: string, password: string): AccountHolder | undefined
}

/** The customers of one utility; generated data moves on with the clock, a local day at a time. */
export function customerDirectory(
  options: { seed: string; timezone: string; clock: Clock },
  files: readonly EspiFile[],
): CustomerDirectory {
  const { seed, timezone, clock } = options
  let known = generateCustomers(seed, clock.now(), timezone)

  function territory(): Territory {
    const today = known.calendar.dayOf(Math.floor(clock.now().getTime() / 1000))
    if (today.start !== known.history.to) known = generateCustomers(seed, clock.now(), timezone)
    return known
  }
  const holders = (): AccountHolder[] => [
    ...territory().customers.map((customer) => ({ customer })),
    ...files.map((file) => ({ customer: file.customer, file })),
  ]
  const find = (username: string) => holders().find(({ customer }) => customer.username === username)

  return {
    territory,
    holders,
    find,
    signIn: (username, password) => {
      const holder = find(username)
      return holder?.customer.password === password ? holder : undefined
    },
  }
}
