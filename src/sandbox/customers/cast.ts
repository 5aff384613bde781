import type { LocalCalendar } from '../../shared/local-calendar.ts'
import { type Randomness, randomnessOf } from '../random.ts'
import {
  allOfQuality,
  dailyChannel,
  intervalChannel,
  meanPower,
  netted,
  sometimesUnreached,
  timeOfUse,
} from './channels.ts'
import { farmWater, heatingLoad, homeLoad, solarOutput, worksLoad } from './load-shapes.ts'
import type { Channel, UsagePoint } from './model.ts'
import { RATE_PLANS } from './rate-plans.ts'
import { READING_TYPES } from './reading-types.ts'

/** What the meters of one seed are made of. */
export interface MeterKit {
  readonly seed: string
  readonly calendar: LocalCalendar
}

type Meter = Pick<UsagePoint, 'serviceKind' | 'formNumber' | 'channels'>

/** A meter, its rate plan and when the agreement began. */
export interface Service {
  readonly ratePlan: (typeof RATE_PLANS)[keyof typeof RATE_PLANS]
  readonly since: readonly [year: number, month: number, day: number]
  readonly meter: (kit: MeterKit) => Meter
}

/** One customer of the cast: who they are, and the services of each account. */
export interface Role {
  readonly username: string
  readonly description: string
  readonly customerName: string
  readonly kind: 'residential' | 'residentialFarmService' | 'commercialIndustrial'
  readonly street: string
  readonly accounts: readonly (readonly Service[])[]
}

function houseMeter({ seed, calendar }: MeterKit): Meter {
  const random = randomnessOf(seed, 'house')
  return electric('2S', [
    intervalChannel({
      id: 'kwh',
      readingType: READING_TYPES.quarterHourWh,
      shape: homeLoad(260, calendar, random),
      marks: sometimesUnreached(calendar, random),
    }),
  ])
}

function solarMeter({ seed, calendar }: MeterKit): Meter {
  const random = randomnessOf(seed, 'solar')
  const panels = randomnessOf(seed, 'panels')
  const flow = netted(homeLoad(310_007, calendar, random), solarOutput(520_011, calendar, panels))
  const marks = allOfQuality(19)
  return electric('2S', [
    intervalChannel({
      id: 'delivered',
      readingType: READING_TYPES.quarterHourMilliWh,
      shape: flow.delivered,
      marks,
    }),
    intervalChannel({
      id: 'received',
      readingType: READING_TYPES.quarterHourMilliWhReverse,
      shape: flow.received,
      marks,
    }),
  ])
}

function flatGasMeter({ seed, calendar }: MeterKit): Meter {
  const shape = heatingLoad(1_650, calendar, randomnessOf(seed, 'flat'))
  return gas(dailyChannel({ id: 'therms', readingType: READING_TYPES.dailyMilliTherm, shape }))
}

function farmWaterMeter({ seed }: MeterKit): Meter {
  const shape = farmWater(1_480, randomnessOf(seed, 'farm-water'))
  const channel = dailyChannel({ id: 'gallons', readingType: READING_TYPES.dailyGallon, shape })
  return { serviceKind: 2, formNumber: 'W1', channels: [channel] }
}

function farmElectricMeter({ seed, calendar }: MeterKit): Meter {
  const shape = worksLoad(14, calendar, randomnessOf(seed, 'farm-electric'))
  return electric('2S', [intervalChannel({ id: 'kwh', readingType: READING_TYPES.hourlyKWh, shape })])
}

/** Energy with time of use, and the demand that belongs to it. */
function worksMeter(
  name: string,
  mean: number,
  demand: 'quarterHourDemandW' | 'quarterHourDemandKindW',
): Service['meter'] {
  return ({ seed, calendar }) => {
    const shape = worksLoad(mean, calendar, randomnessOf(seed, name))
    const readingType = READING_TYPES[demand]
    const power = meanPower(shape, readingType.intervalLength)
    return electric('9S', [
      intervalChannel({
        id: 'kwh',
        readingType: READING_TYPES.quarterHourWhThreePhase,
        shape,
        marks: timeOfUse(calendar),
      }),
      intervalChannel({ id: 'demand', readingType, shape: power }),
    ])
  }
}

function shopMeter({ seed, calendar }: MeterKit): Meter {
  const shape = worksLoad(1_900, calendar, randomnessOf(seed, 'shop'))
  const readingType = READING_TYPES.quarterHourWhThreePhase
  return electric('9S', [intervalChannel({ id: 'kwh', readingType, shape })])
}

function worksGasMeter(name: string, mean: number): Service['meter'] {
  return ({ seed, calendar }) => {
    const random: Randomness = randomnessOf(seed, name)
    const shape = heatingLoad(mean, calendar, random)
    return gas(intervalChannel({ id: 'therms', readingType: READING_TYPES.hourlyMilliTherm, shape }))
  }
}

function electric(formNumber: string, channels: Channel[]): Meter {
  return { serviceKind: 0, formNumber, channels }
}

function gas(channel: Channel): Meter {
  return { serviceKind: 1, formNumber: 'G250', channels: [channel] }
}

/** The customers of the simulated utility. */
export const CAST: readonly Role[] = [
  {
    username: 'house',
    description: '15-minute electricity, some readings estimated, a short gap',
    customerName: 'Maple House',
    kind: 'residential',
    street: 'Sample Street',
    accounts: [[{ ratePlan: RATE_PLANS.residential, since: [2019, 3, 1], meter: houseMeter }]],
  },
  {
    username: 'solar',
    description: '15-minute electricity in both directions, with quality',
    customerName: 'Sunny Side House',
    kind: 'residential',
    street: 'Example Avenue',
    accounts: [[{ ratePlan: RATE_PLANS.netMetering, since: [2021, 6, 15], meter: solarMeter }]],
  },
  {
    username: 'flat',
    description: 'daily gas in therms',
    customerName: 'Birch Court Flat 3',
    kind: 'residential',
    street: 'Placeholder Court',
    accounts: [[{ ratePlan: RATE_PLANS.gas, since: [2020, 9, 1], meter: flatGasMeter }]],
  },
  {
    username: 'farm',
    description: 'daily water in US gallons, hourly electricity',
    customerName: 'Testfield Farm',
    kind: 'residentialFarmService',
    street: 'Fictional Farm Road',
    accounts: [
      [
        { ratePlan: RATE_PLANS.farmWater, since: [2018, 4, 1], meter: farmWaterMeter },
        { ratePlan: RATE_PLANS.farm, since: [2018, 4, 1], meter: farmElectricMeter },
      ],
    ],
  },
  {
    username: 'business',
    description: 'three accounts, five meters: electricity with demand and time of use, hourly gas',
    customerName: 'Sample & Sons Bakery <Testville>',
    kind: 'commercialIndustrial',
    street: 'Demonstration Boulevard',
    accounts: [
      [
        {
          ratePlan: RATE_PLANS.businessTou,
          since: [2017, 1, 1],
          meter: worksMeter('bakery', 7_400, 'quarterHourDemandW'),
        },
        { ratePlan: RATE_PLANS.businessGas, since: [2017, 1, 1], meter: worksGasMeter('bakery-gas', 900) },
      ],
      [
        {
          ratePlan: RATE_PLANS.businessTou,
          since: [2020, 7, 1],
          meter: worksMeter('store', 4_100, 'quarterHourDemandKindW'),
        },
        { ratePlan: RATE_PLANS.businessGas, since: [2020, 7, 1], meter: worksGasMeter('store-gas', 350) },
      ],
      [{ ratePlan: RATE_PLANS.business, since: [2022, 10, 1], meter: shopMeter }],
    ],
  },
]
