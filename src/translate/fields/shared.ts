import { carried, type FieldMap, kept, refused, to } from './row.ts'

/** Types that resources of the customer schema share, ESPI 4.0 customer.xsd. */
export const sharedFields: FieldMap = {
  Object: { fields: { extension: refused('extension_not_translated') } },
  IdentifiedObject: {
    extends: 'Object',
    fields: { batchItemInfo: refused('no_cds_field', 'BatchItemInfo'), name: carried() },
  },
  BatchItemInfo: {
    extends: 'Object',
    fields: {
      name: refused('no_cds_field'),
      operation: refused('no_cds_field'),
      statusCode: refused('no_cds_field'),
      statusReason: refused('no_cds_field'),
    },
  },
  Document: {
    extends: 'IdentifiedObject',
    fields: {
      type: carried(),
      authorName: refused('withheld_personal'),
      createdDateTime: carried(),
      lastModifiedDateTime: carried(),
      revisionNumber: carried(),
      electronicAddress: carried('ElectronicAddress'),
      subject: refused('withheld_personal'),
      title: carried(),
      docStatus: kept('account_status, contract_status', 'toAccountStatus, toContractStatus', 'Status'),
      status: kept('account_status, contract_status', 'toAccountStatus, toContractStatus', 'Status'),
      comment: refused('withheld_personal'),
    },
  },
  Agreement: {
    extends: 'Document',
    fields: {
      signDate: carried(),
      validityInterval: kept('contract_start, contract_end', 'validityOf', 'DateTimeInterval'),
    },
  },
  DateTimeInterval: { extends: 'Object', fields: { duration: carried(), start: carried() } },
  OrganisationRole: {
    extends: 'IdentifiedObject',
    fields: { Organisation: kept('account_contacts, account_address', 'toAccount', 'Organisation') },
  },
  Organisation: {
    extends: 'IdentifiedObject',
    fields: {
      streetAddress: to('account_address', 'toAddress', 'StreetAddress'),
      postalAddress: to('account_address', 'toAddress', 'StreetAddress'),
      phone1: to('account_contacts', 'toAccountContacts', 'TelephoneNumber'),
      phone2: to('account_contacts', 'toAccountContacts', 'TelephoneNumber'),
      electronicAddress: to('account_contacts', 'toAccountContacts', 'ElectronicAddress'),
      organisationName: to('account_name', 'toAccount'),
    },
  },
  StreetAddress: {
    extends: 'Object',
    fields: {
      streetDetail: to('…_address', 'toAddress', 'StreetDetail'),
      townDetail: to('…_address', 'toAddress', 'TownDetail'),
      status: carried('Status'),
      postalCode: to('…_address', 'toAddress'),
      poBox: to('…_address', 'toAddress'),
    },
  },
  StreetDetail: {
    extends: 'Object',
    fields: {
      number: to('…_address', 'toAddress'),
      name: to('…_address', 'toAddress'),
      suffix: to('…_address', 'toAddress'),
      prefix: to('…_address', 'toAddress'),
      type: to('…_address', 'toAddress'),
      code: carried(),
      buildingName: to('…_address', 'toAddress'),
      suiteNumber: to('…_address', 'toAddress'),
      addressGeneral: to('…_address', 'toAddress'),
      addressGeneral2: to('…_address', 'toAddress'),
      addressGeneral3: to('…_address', 'toAddress'),
      withinTownLimits: carried(),
    },
  },
  TownDetail: {
    extends: 'Object',
    fields: {
      code: kept('…_address, where there is no postalCode', 'toAddress'),
      section: to('…_address', 'toAddress'),
      name: to('…_address', 'toAddress'),
      county: carried(),
      stateOrProvince: to('…_address', 'toAddress'),
      country: to('…_address', 'toAddress'),
    },
  },
  TelephoneNumber: {
    extends: 'Object',
    fields: {
      countryCode: to('account_contacts', 'toAccountContacts'),
      areaCode: to('account_contacts', 'toAccountContacts'),
      cityCode: to('account_contacts', 'toAccountContacts'),
      localNumber: to('account_contacts', 'toAccountContacts'),
      ext: carried(),
      dialOut: carried(),
      internationalPrefix: carried(),
      ituPhone: to('account_contacts', 'toAccountContacts'),
    },
  },
  ElectronicAddress: {
    extends: 'Object',
    fields: {
      lan: carried(),
      mac: carried(),
      email1: to('account_contacts', 'toAccountContacts'),
      email2: to('account_contacts', 'toAccountContacts'),
      web: carried(),
      radio: carried(),
      userID: refused('withheld_secret'),
      password: refused('withheld_secret'),
    },
  },
  Status: {
    extends: 'Object',
    fields: {
      value: carried(),
      dateTime: carried(),
      remark: refused('withheld_personal'),
      reason: carried(),
    },
  },
  Priority: {
    extends: 'Object',
    fields: { rank: carried(), type: carried(), justification: refused('withheld_personal') },
  },
  SummaryMeasurement: {
    extends: 'Object',
    fields: {
      powerOfTenMultiplier: carried(),
      timeStamp: carried(),
      uom: carried(),
      value: carried(),
      readingTypeRef: carried(),
    },
  },
}
