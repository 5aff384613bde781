import { carried, type Field, type FieldMap, kept, many, read, refused, to } from './row.ts'

function all(names: string, field: Field): Record<string, Field> {
  return Object.fromEntries(names.split(' ').map((name) => [name, field]))
}

/** A code of the ReadingType that the value format carries, `reading-type-codes.ts`. */
const inFormat = (member: string): Field => ({ cds: member, by: 'carriedCodes' })

const compared = kept('compared with the zone, local_time_disagrees', 'checkLocalTime')
const measured = to('v, units, espi_measure', 'toPowerQuality')

/** The resources of ESPI 4.0 espi.xsd that a usage feed is made of. */
export const usageFields: FieldMap = {
  UsagePoint: {
    extends: 'IdentifiedObject',
    fields: {
      roleFlags: carried(),
      ServiceCategory: to('service_types, servicepoint_types', 'serviceKindOf', 'ServiceCategory'),
      status: carried(),
      serviceDeliveryPoint: to('rateplan_code, rateplan_name', 'toRatePlan', 'ServiceDeliveryPoint'),
      amiBillingReady: carried(),
      checkBilling: refused('withheld_personal'),
      connectionState: carried(),
      estimatedLoad: carried('SummaryMeasurement'),
      grounded: carried(),
      isSdp: carried(),
      isVirtual: read('boolean', kept('servicepoint_types', 'toServicePointTypes')),
      minimalUsageExpected: refused('withheld_personal'),
      nominalServiceVoltage: carried('SummaryMeasurement'),
      outageRegion: carried(),
      phaseCode: carried(),
      ratedCurrent: carried('SummaryMeasurement'),
      ratedPower: carried('SummaryMeasurement'),
      readCycle: carried(),
      readRoute: carried(),
      serviceDeliveryRemark: refused('withheld_personal'),
      servicePriority: carried(),
      pnodeRefs: carried('PnodeRefs'),
      aggregateNodeRefs: carried('AggregateNodeRefs'),
      // Southern California Edison has these two; no schema does.
      pricingNode: carried(),
      loadAggregationPoint: carried(),
    },
  },
  ServiceCategory: {
    extends: 'Object',
    fields: { kind: read('integer', kept('service_types, servicepoint_types', 'serviceKindOf')) },
  },
  ServiceDeliveryPoint: {
    extends: 'Object',
    fields: {
      name: carried(),
      tariffProfile: to('rateplan_code, rateplan_name, espi_tariff_profile', 'toRatePlan'),
      customerAgreement: refused('no_cds_field'),
      tariffRiderRefs: many(to('espi_tariff_riders', 'toTariffRiders', 'TariffRiderRefs')),
    },
  },
  // Pacific Gas & Electric has no list: its tariffRiderRefs are riders themselves.
  TariffRiderRefs: {
    extends: 'TariffRiderRef',
    fields: { tariffRiderRef: many(to('espi_tariff_riders', 'toTariffRiders', 'TariffRiderRef')) },
  },
  TariffRiderRef: {
    extends: 'Object',
    fields: {
      ...all('riderType enrollmentStatus', to('espi_tariff_riders', 'toTariffRiders')),
      effectiveDate: read('time', to('espi_tariff_riders', 'toTariffRiders')),
    },
  },
  PnodeRefs: { extends: 'Object', fields: { pnodeRef: carried('PnodeRef') } },
  PnodeRef: {
    extends: 'Object',
    fields: all('apnodeType ref startEffectiveDate endEffectiveDate', carried()),
  },
  AggregateNodeRefs: { extends: 'Object', fields: { aggregateNodeRef: carried('AggregateNodeRef') } },
  AggregateNodeRef: {
    extends: 'Object',
    fields: {
      ...all('anodeType ref startEffectiveDate endEffectiveDate', carried()),
      pnodeRef: carried('PnodeRef'),
    },
  },
  MeterReading: { extends: 'IdentifiedObject', fields: {} },
  ReadingType: {
    extends: 'IdentifiedObject',
    fields: {
      accumulationBehaviour: to('type, demand_type, espi_accumulation_behaviour', 'toMeasurement'),
      commodity: to('type, espi_commodity', 'toMeasurement'),
      consumptionTier: to('espi_tier', 'toColumns'),
      currency: to('currency', 'toColumns'),
      dataQualifier: to('demand_type, espi_data_qualifier', 'toMeasurement'),
      defaultQuality: to('quality, espi_quality', 'toReadingQuality'),
      flowDirection: to('direction, espi_direction, espi_flow_direction', 'toMeasurement'),
      intervalLength: to('interval', 'stretchesOf'),
      kind: inFormat('espi_kind'),
      phase: inFormat('espi_phase'),
      powerOfTenMultiplier: to('the digits of each value', 'stretchesOf'),
      timeAttribute: inFormat('espi_time_attribute'),
      tou: to('espi_tou', 'toColumns'),
      uom: to('type, units, espi_uom', 'toMeasurement'),
      cpp: to('espi_cpp', 'toColumns'),
      interharmonic: { ...inFormat('espi_interharmonic'), type: 'ReadingInterharmonic' },
      measuringPeriod: inFormat('espi_measuring_period'),
      argument: { ...inFormat('espi_argument'), type: 'RationalNumber' },
    },
  },
  RationalNumber: { extends: 'Object', fields: all('numerator denominator', inFormat('espi_argument')) },
  ReadingInterharmonic: {
    extends: 'Object',
    fields: all('numerator denominator', inFormat('espi_interharmonic')),
  },
  IntervalBlock: {
    extends: 'IdentifiedObject',
    fields: {
      interval: to('segment_start, interval, where readings have no time', 'stretchesOf', 'DateTimeInterval'),
      IntervalReading: to('values', 'toUsageSegments', 'IntervalReading'),
    },
  },
  IntervalReading: {
    extends: 'Object',
    fields: {
      cost: to('c', 'toUsageSegments'),
      ReadingQuality: to('quality, espi_quality', 'toReadingQuality', 'ReadingQuality'),
      timePeriod: to('segment_start, segment_end, interval', 'stretchesOf', 'DateTimeInterval'),
      value: to('eu, ed, gu, wu, v, r', 'toUsageSegments'),
      consumptionTier: to('espi_tier', 'toColumns'),
      tou: to('espi_tou', 'toColumns'),
      cpp: to('espi_cpp', 'toColumns'),
    },
  },
  ReadingQuality: {
    extends: 'Object',
    fields: { quality: to('quality, espi_quality', 'toReadingQuality') },
  },
  TimeConfiguration: {
    extends: 'IdentifiedObject',
    fields: {
      dstEndRule: compared,
      dstOffset: read('integer', compared),
      dstStartRule: compared,
      tzOffset: read('integer', compared),
    },
  },
  ProgramIdMappings: {
    extends: 'IdentifiedObject',
    // The XSD gives the type of programIdMapping no name: its elements stand here.
    fields: {
      programIdMapping: carried('ProgramIdMappings'),
      tOUorCPPorConsumptionTier: carried(),
      code: read('integer', kept('espi_tou, espi_cpp, espi_tier', 'programNamesOf')),
      name: kept('espi_tou_name, espi_cpp_name, espi_tier_name', 'programNamesOf'),
      note: carried(),
    },
  },
  ElectricPowerQualitySummary: {
    extends: 'IdentifiedObject',
    fields: {
      ...all('flickerPlt flickerPst harmonicVoltage longInterruptions mainsVoltage', measured),
      measurementProtocol: to('espi_measurement_protocol', 'toPowerQuality'),
      ...all('powerFrequency rapidVoltageChanges shortInterruptions', measured),
      summaryInterval: to('segment_start, segment_end, interval', 'toPowerQuality', 'DateTimeInterval'),
      ...all('supplyVoltageDips supplyVoltageImbalance supplyVoltageVariations tempOvervoltage', measured),
    },
  },
}
