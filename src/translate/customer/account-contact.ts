import type { AccountContact } from '../../cds/wire/account.ts'
import { findElement, findText } from '../../espi/elements.ts'
import type { Element, Entry } from '../../espi/model.ts'
import type { Identify } from '../../shared/ids.ts'
import type { Refusals } from '../refusals.ts'

const NORTH_AMERICAN = /^[2-9]\d{2}[2-9]\d{6}$/
const E164 = /^\+[1-9]\d{7,14}$/

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
  const contacts: AccountContact[] = []
  for (const [name, rank] of [
    ['phone1', 'primary'],
    ['phone2', 'secondary'],
  ] as const) {
    const phone = findElement(organisation, name)
    if (!hasText(phone)) continue
    const value = toE164(phone)
    if (value) contacts.push(contact('phone_number', rank, value))
    else deps.refusals.add('contact_not_e164', entry, `Organisation.${name}`)
  }
  for (const [name, rank] of [
    ['email1', 'primary'],
    ['email2', 'secondary'],
  ] as const) {
    const value = findText(organisation, 'electronicAddress', name)
    if (value) contacts.push(contact('email', rank, value))
  }
  return contacts
}

/** §10.1.6 wants E.164. Without a country code only a ten-digit North American number is unmistakable. */
function toE164(phone: Element | undefined): string | undefined {
  const part = (name: string): string => findText(phone, name)?.replace(/[\s().-]/g, '') ?? ''
  const itu = part('ituPhone')
  if (itu !== '') return E164.test(withPlus(itu)) ? withPlus(itu) : undefined
  const country = part('countryCode').replace(/^(?:\+|00)/, '')
  const national = part('areaCode') + part('cityCode') + part('localNumber')
  if (national.startsWith('+')) return E164.test(national) ? national : undefined
  if (country === '' || country === '1') {
    const digits = national.length === 11 && national.startsWith('1') ? national.slice(1) : national
    return NORTH_AMERICAN.test(digits) ? `+1${digits}` : undefined
  }
  const number = `+${country}${national}`
  return E164.test(number) ? number : undefined
}

function withPlus(number: string): string {
  return number.startsWith('+') ? number : `+${number}`
}

function hasText(element: Element | undefined): boolean {
  return element?.children.some((child) => child.text.trim() !== '') ?? false
}
