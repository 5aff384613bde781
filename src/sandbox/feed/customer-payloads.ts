import type { Account, Address, Agreement, Customer, UsagePoint } from '../customers/model.ts'
import type { Dialect } from '../dialect.ts'
import { ESPI_CUSTOMER } from './atom.ts'
import { prefixed, withAttributes, type Xml } from './xml.ts'

const METER_TYPES = ['electric', 'gas', 'water'] as const

/** Writes the payloads of the retail customer schema; element order is that of the ESPI 4.0 sequences. */
export function customerPayloads({ customerPrefix }: Pick<Dialect, 'customerPrefix'>) {
  const e = prefixed(customerPrefix)
  /** Without a prefix for the whole feed, each payload declares its namespace itself. */
  const payload: typeof e = (name, ...children) =>
    customerPrefix ? e(name, ...children) : withAttributes(e(name, ...children), { xmlns: ESPI_CUSTOMER })

  const streetAddress = (name: string, { number, street, town, stateOrProvince, postalCode }: Address): Xml =>
    e(
      name,
      e('streetDetail', e('number', number), e('name', street), e('addressGeneral', `${number} ${street}`)),
      e('townDetail', e('name', town), e('stateOrProvince', stateOrProvince), e('country', 'US')),
      e('postalCode', postalCode),
    )

  const organisation = (name: string, customer: Customer): Xml =>
    e(
      name,
      streetAddress('streetAddress', customer.address),
      streetAddress('postalAddress', customer.address),
      e(
        'phone1',
        e('countryCode', '1'),
        e('areaCode', customer.phone.areaCode),
        e('localNumber', customer.phone.localNumber),
      ),
      e('electronicAddress', e('email1', customer.email)),
      e('organisationName', customer.customerName),
    )

  return {
    customer: (customer: Customer): Xml =>
      payload(
        'Customer',
        organisation('Organisation', customer),
        e('kind', customer.kind),
        e('status', e('value', 'Active')),
        e('locale', 'en-US'),
        e('customerName', customer.customerName),
      ),
    account: (account: Account, customer: Customer): Xml =>
      payload(
        'CustomerAccount',
        e('billingCycle', '01'),
        organisation('contactInfo', customer),
        e('accountId', account.accountNumber),
      ),
    agreement: (agreement: Agreement): Xml =>
      payload(
        'CustomerAgreement',
        e('validityInterval', e('start', agreement.validFrom)),
        e('PricingStructures', agreement.ratePlan.code),
        e('PricingStructures', agreement.ratePlan.name),
        e('currency', 840),
        e('agreementId', agreement.agreementNumber),
      ),
    serviceSupplier: (name: string): Xml =>
      payload('ServiceSupplier', e('Organisation', e('organisationName', name)), e('kind', 'utility')),
    serviceLocation: (agreement: Agreement, usagePointUri: string | undefined): Xml =>
      payload(
        'ServiceLocation',
        e('type', 'ServiceLocation'),
        streetAddress('mainAddress', agreement.address),
        e('status', e('value', 'Active')),
        usagePointUri !== undefined && e('UsagePoints', e('UsagePoint', usagePointUri)),
      ),
    meter: (point: UsagePoint): Xml => {
      const intervalLength = point.channels[0]?.readingType.intervalLength
      return payload(
        'Meter',
        e('type', METER_TYPES[point.serviceKind]),
        e('serialNumber', point.meterSerialNumber),
        e('status', e('value', 'Active')),
        e('formNumber', point.formNumber),
        intervalLength !== undefined && e('intervalLength', intervalLength),
      )
    },
  }
}
