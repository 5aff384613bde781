import { carried, type FieldMap, kept, many, read, refused, to } from './row.ts'

/** The resources of ESPI 4.0 customer.xsd, and the parts that are theirs alone. */
export const customerFields: FieldMap = {
  Customer: {
    extends: 'OrganisationRole',
    fields: {
      kind: kept('account_types, service_types', 'sectorsOf'),
      specialNeed: refused('withheld_personal'),
      vip: refused('withheld_personal'),
      pucNumber: carried(),
      status: carried('Status'),
      priority: carried('Priority'),
      locale: carried(),
      customerName: kept('account_name', 'toAccount'),
    },
  },
  CustomerAccount: {
    extends: 'Document',
    fields: {
      billingCycle: carried(),
      budgetBill: carried(),
      lastBillAmount: carried(),
      notifications: refused('withheld_personal', 'AccountNotification'),
      contactInfo: kept('account_contacts, account_address, account_name', 'toAccount', 'Organisation'),
      accountId: to('account_number', 'accountNumberOf'),
    },
  },
  AccountNotification: {
    extends: 'Object',
    fields: {
      methodKind: refused('withheld_personal'),
      time: refused('withheld_personal'),
      note: refused('withheld_personal'),
      customerNotificationKind: refused('withheld_personal'),
    },
  },
  CustomerAgreement: {
    extends: 'Agreement',
    fields: {
      loadMgmt: carried(),
      isPrePay: carried(),
      shutOffDateTime: carried(),
      DemandResponseProgram: many(
        to('service_programs, espi_demand_response_programs', 'toServicePrograms', 'DemandResponseProgram'),
      ),
      PricingStructures: many(to('rateplan_code, rateplan_name, espi_pricing_structures', 'toRatePlan')),
      currency: carried(),
      futureStatus: carried('Status'),
      agreementId: to('contract_number', 'contractNumberOf'),
    },
  },
  DemandResponseProgram: {
    fields: {
      programName: carried(),
      enrollmentStatus: carried(),
      programDescription: carried(),
      programDate: carried('ProgramDate'),
      capacityReservationLevel: carried('SummaryMeasurement'),
      DRProgramNomination: carried('SummaryMeasurement'),
    },
  },
  ProgramDate: { fields: { programDate: read('time', carried()), programDateDescription: carried() } },
  ProgramDateIdMappings: {
    extends: 'IdentifiedObject',
    fields: { programDateIdMapping: carried('ProgramDateIdMapping') },
  },
  ProgramDateIdMapping: {
    extends: 'Object',
    fields: { programDateType: carried(), code: carried(), name: carried(), note: carried() },
  },
  ServiceSupplier: {
    extends: 'OrganisationRole',
    fields: {
      kind: kept('contract_entity', 'toSupplierEntity'),
      issuerIdentificationNumber: carried(),
      effectiveDate: carried(),
    },
  },
  Location: {
    extends: 'IdentifiedObject',
    fields: {
      type: carried(),
      mainAddress: kept('servicepoint_address, contract_address', 'toAddress', 'StreetAddress'),
      secondaryAddress: carried('StreetAddress'),
      phone1: refused('withheld_personal', 'TelephoneNumber'),
      phone2: refused('withheld_personal', 'TelephoneNumber'),
      electronicAddress: refused('withheld_personal', 'ElectronicAddress'),
      geoInfoReference: carried(),
      direction: refused('withheld_personal'),
      status: carried('Status'),
      // Of several, toPosition says itself that the first counts.
      positionPoints: many(to('latitude, longitude', 'toPosition', 'PositionPoint')),
    },
  },
  PositionPoint: {
    extends: 'Object',
    fields: {
      xPosition: to('longitude', 'toPosition'),
      yPosition: to('latitude', 'toPosition'),
      zPosition: refused('no_cds_field'),
    },
  },
  WorkLocation: { extends: 'Location', fields: {} },
  ServiceLocation: {
    extends: 'WorkLocation',
    fields: {
      accessMethod: refused('withheld_personal'),
      siteAccessProblem: refused('withheld_personal'),
      needsInspection: refused('withheld_personal'),
      UsagePoints: many(to('current_servicecontracts, related_…', 'sitesOf', 'UsagePoints')),
      outageBlock: carried(),
    },
  },
  UsagePoints: { extends: 'Object', fields: { UsagePoint: many(to('related_…', 'usagePointUris')) } },
  Asset: {
    extends: 'IdentifiedObject',
    fields: {
      type: carried(),
      utcNumber: kept('meter_number, where there is no serialNumber nor name', 'serialNumberOf'),
      serialNumber: kept('meter_number', 'serialNumberOf'),
      lotNumber: carried(),
      purchasePrice: carried(),
      critical: carried(),
      electronicAddress: carried('ElectronicAddress'),
      lifecycle: carried('LifecycleDate'),
      acceptanceTest: carried('AcceptanceTest'),
      initialCondition: carried(),
      initialLossOfLife: carried(),
      status: carried('Status'),
    },
  },
  LifecycleDate: {
    extends: 'Object',
    fields: {
      manufacturedDate: carried(),
      purchaseDate: carried(),
      receivedDate: carried(),
      installationDate: carried(),
      removalDate: carried(),
      retiredDate: carried(),
    },
  },
  AcceptanceTest: {
    extends: 'Object',
    fields: { type: carried(), success: carried(), dateTime: carried() },
  },
  AssetContainer: { extends: 'Asset', fields: {} },
  EndDevice: {
    extends: 'AssetContainer',
    fields: {
      isVirtual: read('boolean', kept('meter_types', 'toMeterTypes')),
      isPan: carried(),
      installCode: refused('withheld_secret'),
      amrSystem: carried(),
    },
  },
  Meter: {
    extends: 'EndDevice',
    fields: {
      formNumber: carried(),
      MeterMultipliers: carried('MeterMultiplier'),
      intervalLength: carried(),
    },
  },
  MeterMultiplier: { extends: 'Object', fields: { kind: carried(), value: carried() } },
  Statement: {
    extends: 'IdentifiedObject',
    fields: {
      issueDateTime: carried(),
      statementRef: carried('StatementRef'),
    },
  },
  StatementRef: {
    extends: 'Object',
    fields: {
      fileName: carried(),
      mediaType: carried(),
      statementURL: carried(),
    },
  },
}
