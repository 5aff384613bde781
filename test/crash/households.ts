import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { randomnessOf } from '../../src/sandbox/random.ts'

/** A customer of the hostile utility: a file of the sandbox, with the same name and the password of all files. */
export interface Household {
  username: string
  password: 'files'
  utilityId: 'sandbox-openespi' | 'sandbox-utilityapi'
  /** What the meter counted: watt-hours by the epoch second in which their hour begins. */
  truth: ReadonlyMap<number, bigint>
}

const HOUR = 3600
const DAY = 24 * HOUR
/** The last day of readings is over wherever the utility's zone is. */
const NEWEST_DAYS = 2

export interface HouseholdOptions {
  seed: string
  count: number
  /** Days with readings, spread evenly: every window of a run finds some. */
  days: number
  /** How many days back the oldest of them is. The sandbox utilities keep 730. */
  reach: number
  now: Date
}

/** Makes customers, every other one at each of the two sandbox utilities. The same seed and day give the same readings. */
export function makeHouseholds({ seed, count, days, reach, now }: HouseholdOptions): Household[] {
  const today = Math.floor(now.getTime() / 1000 / DAY) * DAY
  return Array.from({ length: count }, (_, index) => {
    const username = `h${String(index + 1).padStart(4, '0')}`
    return {
      username,
      password: 'files',
      utilityId: index % 2 === 0 ? 'sandbox-openespi' : 'sandbox-utilityapi',
      truth: makeTruth(`${seed}/${username}`, { today, days, reach }),
    }
  })
}

function makeTruth(
  seed: string,
  { today, days, reach }: { today: number; days: number; reach: number },
): Map<number, bigint> {
  const wattHours = randomnessOf(seed, 'watt-hours')
  const step = Math.floor((reach - NEWEST_DAYS) / days)
  const starts = Array.from({ length: days }, (_, at) => today - (NEWEST_DAYS + at * step) * DAY).reverse()
  const hours = starts.flatMap((start) => Array.from({ length: 24 }, (_, hour) => start + hour * HOUR))
  return new Map(hours.map((hour) => [hour, BigInt(1 + (wattHours(hour) % 1999))]))
}

/** Writes one ESPI file for each household into a folder, as `SANDBOX_FILES` reads it. */
export function writeHouseholds(folder: string, households: readonly Household[]): void {
  mkdirSync(folder, { recursive: true })
  for (const household of households) {
    writeFileSync(path.join(folder, `${household.username}.xml`), toFeed(household))
  }
}

function toFeed({ username, truth }: Household): string {
  const point = `/espi/1_1/resource/Subscription/${username}/UsagePoint/${username}`
  const reading = `${point}/MeterReading/1`
  const blocks = [...Map.groupBy(truth, ([start]) => Math.floor(start / DAY))].map(([day, hours]) =>
    entry(`${reading}/IntervalBlock/${day}`, toBlock(hours)),
  )
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n',
    entry(
      point,
      '<UsagePoint xmlns="http://naesb.org/espi"><ServiceCategory><kind>0</kind></ServiceCategory></UsagePoint>',
    ),
    entry(reading, '<MeterReading xmlns="http://naesb.org/espi"/>', '/espi/1_1/resource/ReadingType/1'),
    entry('/espi/1_1/resource/ReadingType/1', READING_TYPE),
    ...blocks,
    '</feed>\n',
  ].join('')
}

const READING_TYPE = `<ReadingType xmlns="http://naesb.org/espi"><accumulationBehaviour>4</accumulationBehaviour><commodity>1</commodity><flowDirection>1</flowDirection><intervalLength>${HOUR}</intervalLength><kind>12</kind><powerOfTenMultiplier>0</powerOfTenMultiplier><uom>72</uom></ReadingType>`

function toBlock(hours: readonly (readonly [number, bigint])[]): string {
  const [first] = hours
  const readings = hours.map(
    ([start, value]) =>
      `<IntervalReading><timePeriod><duration>${HOUR}</duration><start>${start}</start></timePeriod><value>${value}</value></IntervalReading>`,
  )
  const interval = `<interval><duration>${hours.length * HOUR}</duration><start>${first?.[0]}</start></interval>`
  return `<IntervalBlock xmlns="http://naesb.org/espi">${interval}${readings.join('')}</IntervalBlock>`
}

function entry(self: string, payload: string, related?: string): string {
  const link = related === undefined ? '' : `<link rel="related" href="${related}"/>`
  return `<entry><link rel="self" href="${self}"/>${link}<content>${payload}</content><updated>2026-01-01T00:00:00Z</updated></entry>\n`
}
