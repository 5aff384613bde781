import type { AnyAccount } from '../../cds/wire/any-object.ts'
import type { EspiObject } from '../../cds/wire/espi-object.ts'
import { kindOfSectors, wordsOfKind } from '../customer/customer-kind.ts'
import { wordOfStatus } from '../customer/status.ts'
import { espiParts, givenParts } from './to-element.ts'
import type { Unsaid } from './unsaid.ts'

/** An account becomes the parts of its Customer; undefined where it tells nothing of one. */
export function toCustomerParts(account: AnyAccount, unsaid: Unsaid): EspiObject | undefined {
  if (isOurs(account)) return givenParts(espiParts(account.espi_customer))
  const object = `account ${account.cds_account_id}`
  unsaid.addFields(object, account, [
    'cds_account_parent',
    'customer_number',
    'account_entity',
    'account_programs',
  ])
  const types = account.account_types ?? []
  const kind = kindOfSectors(types)
  unsaid.addWords(object, 'account_types', types, ['customer', ...wordsOfKind(kind)])
  return givenParts({
    Organisation: givenParts({
      postalAddress: addressParts(account.account_address, object, unsaid),
      ...contactParts(account, object, unsaid),
    }),
    kind,
    customerName: account.account_name,
  })
}

/** An account becomes the parts of its CustomerAccount. */
export function toCustomerAccountParts(account: AnyAccount): EspiObject {
  const status = isOurs(account) ? undefined : wordOfStatus(account.account_status)
  const parts = givenParts({
    ...espiParts(account.espi_customer_account),
    ...(status !== undefined && { status: { value: status } }),
    accountId: account.account_number,
  })
  return parts ?? {}
}

function isOurs({ espi_customer, espi_customer_account }: AnyAccount): boolean {
  return (espi_customer ?? espi_customer_account) !== undefined
}

const GENERAL = ['addressGeneral', 'addressGeneral2', 'addressGeneral3'] as const

/** An address of lines: ESPI has three lines without parts; the last takes what is left. */
export function addressParts(
  address: string | null | undefined,
  object: string,
  unsaid: Unsaid,
): EspiObject | undefined {
  const lines = (address ?? '').split('\n').filter((line) => line.trim() !== '')
  if (lines.length === 0) return undefined
  if (lines.length > GENERAL.length)
    unsaid.add(object, 'address', 'ESPI has three lines for it; the last holds the rest')
  const held = [...lines.slice(0, 2), lines.slice(2).join(', ')]
  return givenParts({
    streetDetail: givenParts(Object.fromEntries(GENERAL.map((name, at) => [name, held[at] ?? '']))),
  })
}

function contactParts(
  { account_contacts = [] }: AnyAccount,
  object: string,
  unsaid: Unsaid,
): Record<string, EspiObject | undefined> {
  const of = (type: string): string[] =>
    account_contacts.flatMap(({ types, value }) =>
      (types as readonly string[]).includes(type) ? [value] : [],
    )
  const [phone1, phone2, ...phones] = of('phone_number')
  const [email1, email2, ...emails] = of('email')
  const others = account_contacts.length - of('phone_number').length - of('email').length
  const types = account_contacts.flatMap((contact) => contact.types)
  unsaid.addWords(object, 'account_contacts types', types, ['phone_number', 'email', 'primary', 'secondary'])
  const left = phones.length + emails.length + others
  if (left > 0)
    unsaid.add(object, 'account_contacts', 'ESPI has two telephones and two e-mail addresses', left)
  return {
    phone1: givenParts({ ituPhone: phone1 }),
    phone2: givenParts({ ituPhone: phone2 }),
    electronicAddress: givenParts({ email1, email2 }),
  }
}
