import type { Account } from '../../cds/wire/account.ts'
import type { EspiObject } from '../../cds/wire/espi-object.ts'
import { childrenOf, findElement, findText } from '../../espi/elements.ts'
import type { Item } from '../../espi/link/kin.ts'
import type { Element } from '../../espi/model.ts'
import type { CustomerAccount } from '../../espi/resolved.ts'
import type { Carrier } from '../carry.ts'
import type { Refusals } from '../refusals.ts'
import type { TranslateContext, Unstamped } from '../translated.ts'
import { toAccountContacts } from './account-contact.ts'
import { toAddress } from './address.ts'
import { sectorsOf } from './customer-kind.ts'
import { toAccountStatus } from './status.ts'

/** The number a customer sees: `accountId`, and in older feeds `name` (before 2019 the schema had no accountId). */
export function accountNumberOf({ item }: CustomerAccount): string | undefined {
  return findText(item?.element, 'accountId') ?? findText(item?.element, 'name')
}

/** Identity of an account: its number at this utility, else its place in the authorization. */
export function accountIdOf(account: CustomerAccount, context: TranslateContext): string {
  const number = accountNumberOf(account)
  if (number !== undefined) return context.identify('account', 'number', number)
  const path = account.path ?? account.item?.entry.id ?? 'account'
  return context.identify('account', ...[context.authorizationKey ?? []].flat(), path)
}

/** An ESPI CustomerAccount and its Customer become an Account, CDS-WG3-01 §10.1.1 #account-format. */
export function toAccount(
  account: CustomerAccount,
  context: TranslateContext,
  { refusals, carrier }: { refusals: Refusals; carrier: Carrier },
): Unstamped<Account> {
  const { item, customer, statements } = account
  const id = accountIdOf(account, context)
  const number = accountNumberOf(account)
  const contactInfo = findElement(item?.element, 'contactInfo')
  const organisation = findElement(customer?.element, 'Organisation')
  const name = nameOf(customer?.element, contactInfo)
  const address = toAccountAddress([contactInfo, organisation])
  const ofCustomer = customer && carrier.carry(customer)
  const ofAccount = item && carrier.carry(item)
  const deps = { identify: context.identify, refusals }
  const contacts = [
    ...(item ? toAccountContacts(contactInfo, item.entry, id, deps) : []),
    ...(customer ? toAccountContacts(organisation, customer.entry, id, deps) : []),
  ]
  const kind = findText(customer?.element, 'kind')
  return {
    cds_account_id: id,
    cds_account_parent: null,
    customer_number: null,
    ...(number !== undefined && { account_number: number }),
    account_entity: context.entity,
    ...(name !== undefined && { account_name: name }),
    ...(address !== undefined && { account_address: address }),
    account_types: [kind === 'internalUse' ? 'internal' : 'customer', ...sectorsOf(kind)],
    account_status: toAccountStatus(item?.element),
    account_contacts: [...new Map(contacts.map((contact) => [contact.id, contact])).values()],
    account_programs: [],
    ...(ofCustomer && { espi_customer: ofCustomer }),
    ...(ofAccount && { espi_customer_account: ofAccount }),
    ...(statements.length > 0 && {
      espi_statements: statements.map((statement) => toStatement(statement, carrier)),
    }),
  }
}

/**
 * A Statement as written. CDS-WG3-01 §10.5.1 `file_uri` is not made of its statementURL: that opens with the utility's token, which no client
 * has. A text in the place of its elements is `statement`.
 */
function toStatement(item: Item, carrier: Carrier): EspiObject {
  const text = item.element.text.trim()
  return { ...(text !== '' && { statement: text }), ...carrier.carry(item) }
}

/** Where the name may stand: the first counts. */
function nameOf(customer: Element | undefined, contactInfo: Element | undefined): string | undefined {
  return (
    findText(customer, 'customerName') ??
    findText(contactInfo, 'organisationName') ??
    findText(customer, 'Organisation', 'organisationName') ??
    findText(customer, 'name')
  )
}

/** The first address there is. */
function toAccountAddress(organisations: readonly (Element | undefined)[]): string | undefined {
  const elements = organisations.flatMap((organisation) =>
    organisation
      ? [...childrenOf(organisation, 'postalAddress'), ...childrenOf(organisation, 'streetAddress')]
      : [],
  )
  return elements.map(toAddress).find((text) => text !== undefined)
}
