import type { AccountContact } from '../../cds/wire/account.ts'
import { findElement, findText } from '../../espi/elements.ts'
import type { Element, Entry } from '../../espi/model.ts'
import type { Identify } from '../../shared/ids.ts'
import type { Refusals } from '../refusals.ts'
import { toE164 } from './e164.ts'

/** Something on both sides of one `@`, and a host of at least two names: whether it is anybody's, only a letter tells. */
const EMAIL = /^[^\s@"<>]{1,64}@[^\s@"<>]{1,253}\.[^\s@"<>.]{1,63}$/

const RANKS = [
  [1, 'primary'],
  [2, 'secondary'],
] as const

/** Phones and e-mail addresses of an Organisation become contacts, CDS-WG3-01 §10.1.6 #account-contact-format. */
export function toAccountContacts(
  organisation: Element | undefined,
  entry: Entry,
  accountId: string,
  deps: { identify: Identify; refusals: Refusals },
): AccountContact[] {
  const contact = (type: 'phone_number' | 'email', rank: 'primary' | 'secondary', value: string) => ({
    id: deps.identify('account_contact', accountId, type, value),
    types: [type, rank],
    value,
  })
  const phones = RANKS.flatMap(([number, rank]): AccountContact[] => {
    const phone = findElement(organisation, `phone${number}`)
    if (!hasText(phone)) return []
    const value = phoneNumberOf(phone)
    if (value !== undefined) return [contact('phone_number', rank, value)]
    deps.refusals.add('contact_not_e164', entry, `Organisation.phone${number}`)
    return []
  })
  const emails = RANKS.flatMap(([number, rank]): AccountContact[] => {
    const value = findText(organisation, 'electronicAddress', `email${number}`)
    if (value === undefined) return []
    if (EMAIL.test(value)) return [contact('email', rank, value)]
    deps.refusals.add('contact_not_email', entry, `Organisation.electronicAddress.email${number}`)
    return []
  })
  return [...phones, ...emails]
}

function phoneNumberOf(phone: Element | undefined): string | undefined {
  const part = (name: string): string => findText(phone, name) ?? ''
  return toE164({
    itu: part('ituPhone'),
    countryCode: part('countryCode'),
    national: part('areaCode') + part('cityCode') + part('localNumber'),
  })
}

function hasText(element: Element | undefined): boolean {
  return element?.children.some((child) => child.text.trim() !== '') ?? false
}
