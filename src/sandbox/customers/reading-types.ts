import type { ReadingType } from './model.ts'

const QUARTER_HOUR = 900
const HOUR = 3600
const DAY = 86_400

/** deltaData, Wh, energy, secondary metered. */
const ELECTRICITY = {
  accumulationBehaviour: 4,
  commodity: 1,
  dataQualifier: 12,
  flowDirection: 1,
  kind: 12,
  uom: 72,
} as const

/** The reading types of the simulated meters; codes as in ESPI 4.0 `ReadingType`. */
export const READING_TYPES = {
  /** Wh each quarter of an hour, validated unless a reading says otherwise. */
  quarterHourWh: {
    ...ELECTRICITY,
    defaultQuality: 17,
    intervalLength: QUARTER_HOUR,
    phase: 769,
    powerOfTenMultiplier: 0,
  },
  quarterHourWhThreePhase: {
    ...ELECTRICITY,
    defaultQuality: 17,
    intervalLength: QUARTER_HOUR,
    phase: 225,
    powerOfTenMultiplier: 0,
  },
  /** mWh each quarter of an hour, delivered to the customer. */
  quarterHourMilliWh: {
    ...ELECTRICITY,
    intervalLength: QUARTER_HOUR,
    phase: 769,
    powerOfTenMultiplier: -3,
  },
  /** mWh each quarter of an hour, received from the customer. */
  quarterHourMilliWhReverse: {
    ...ELECTRICITY,
    flowDirection: 19,
    intervalLength: QUARTER_HOUR,
    phase: 769,
    powerOfTenMultiplier: -3,
  },
  /** kWh each hour. */
  hourlyKWh: { ...ELECTRICITY, intervalLength: HOUR, phase: 769, powerOfTenMultiplier: 3 },
  /** Mean W of each quarter of an hour (Function Block 6: instantaneous, power, W). */
  quarterHourDemandW: {
    accumulationBehaviour: 12,
    commodity: 1,
    dataQualifier: 2,
    flowDirection: 1,
    intervalLength: QUARTER_HOUR,
    kind: 37,
    phase: 225,
    powerOfTenMultiplier: 0,
    uom: 38,
  },
  /** The same as a demand (kind 8), as some custodians say it. */
  quarterHourDemandKindW: {
    accumulationBehaviour: 12,
    commodity: 1,
    flowDirection: 1,
    intervalLength: QUARTER_HOUR,
    kind: 8,
    phase: 225,
    powerOfTenMultiplier: 0,
    uom: 38,
  },
  /** Thousandths of a therm each day. */
  dailyMilliTherm: {
    accumulationBehaviour: 4,
    commodity: 7,
    flowDirection: 1,
    intervalLength: DAY,
    kind: 12,
    powerOfTenMultiplier: -3,
    uom: 169,
  },
  hourlyMilliTherm: {
    accumulationBehaviour: 4,
    commodity: 7,
    flowDirection: 1,
    intervalLength: HOUR,
    kind: 12,
    powerOfTenMultiplier: -3,
    uom: 169,
  },
  /** US gallons each day. */
  dailyGallon: {
    accumulationBehaviour: 4,
    commodity: 9,
    flowDirection: 1,
    intervalLength: DAY,
    kind: 58,
    powerOfTenMultiplier: 0,
    uom: 128,
  },
} as const satisfies Record<string, ReadingType>
