/** How a generated feed looks: what custodians differ in and what costs a reader time. */
export interface FeedStyle {
  /** Indented, one element a line, as most custodians write. */
  pretty: boolean
  /** `espi:` before every ESPI element, or a default namespace on each payload. */
  prefixed: boolean
  quality: boolean
  cost: boolean
  tou: boolean
}

const READINGS_PER_DAY = 96
const QUARTER = 900
const START = 1672549200
const DAY = 86_400
const DAYS_PER_POINT = 730
const ROOT = 'https://utility.example/espi/1_1/resource'

/** A feed of 15-minute readings, a block a day, two years for each usage point, of at least that many bytes. */
export function* generateFeed(bytes: number, style: FeedStyle): Generator<Buffer> {
  let written = 0
  const emit = (text: string): Buffer => {
    const chunk = Buffer.from(styled(text, style))
    written += chunk.length
    return chunk
  }
  yield emit(feedHead())
  for (let day = 0; written < bytes; day++) {
    const point = Math.floor(day / DAYS_PER_POINT) + 1
    if (day % DAYS_PER_POINT === 0) yield emit(usagePoint(point))
    yield emit(block(point, day % DAYS_PER_POINT, style))
  }
  yield emit('</feed>\n')
}

/** The text as a custodian of this style writes it. */
export function styled(text: string, { pretty, prefixed }: FeedStyle): string {
  const spaced = pretty ? text : text.replace(/>\s+</g, '><')
  if (prefixed) return spaced
  return spaced
    .replace(/(<content>\s*<)espi:(\w+)/g, '$1$2 xmlns="http://naesb.org/espi"')
    .replace(/(<\/?)espi:/g, '$1')
}

/** Any bytes as the stream a file or socket would be. */
export async function* inChunks(bytes: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** A feed up to its first usage point, with a ReadingType. */
export function feedHead(): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:espi="http://naesb.org/espi">
  <id>urn:uuid:00000000-0000-4000-8000-000000000001</id>
  <link rel="self" href="${ROOT}/Batch/Subscription/1"/>
  <updated>2026-01-01T00:00:00Z</updated>
${entry(
  `${ROOT}/ReadingType/1`,
  `<espi:ReadingType><espi:accumulationBehaviour>4</espi:accumulationBehaviour><espi:commodity>1</espi:commodity><espi:currency>840</espi:currency><espi:flowDirection>1</espi:flowDirection><espi:intervalLength>${QUARTER}</espi:intervalLength><espi:powerOfTenMultiplier>0</espi:powerOfTenMultiplier><espi:uom>72</espi:uom></espi:ReadingType>`,
)}
`
}

/** The entries of a usage point and its meter reading. */
export function usagePoint(number: number): string {
  const self = `${ROOT}/Subscription/1/UsagePoint/${number}`
  return `${entry(self, '<espi:UsagePoint><espi:ServiceCategory><espi:kind>0</espi:kind></espi:ServiceCategory></espi:UsagePoint>')}
${entry(`${self}/MeterReading/1`, '<espi:MeterReading/>', `<link rel="related" href="${ROOT}/ReadingType/1"/>`)}
`
}

function block(point: number, day: number, style: FeedStyle): string {
  const start = START + day * DAY
  const readings = Array.from({ length: READINGS_PER_DAY }, (_, at) => reading(start + at * QUARTER, style))
  return `${entry(
    `${ROOT}/Subscription/1/UsagePoint/${point}/MeterReading/1/IntervalBlock/${day}`,
    `<espi:IntervalBlock>
        <espi:interval>
          <espi:duration>${DAY}</espi:duration>
          <espi:start>${start}</espi:start>
        </espi:interval>
${readings.join('')}      </espi:IntervalBlock>`,
  )}\n`
}

/** One IntervalReading. */
export function reading(start: number, { quality, cost, tou }: FeedStyle): string {
  return `        <espi:IntervalReading>
${cost ? `          <espi:cost>${(start % 977) * 11}</espi:cost>\n` : ''}${
  quality
    ? `          <espi:ReadingQuality>
            <espi:quality>${start % 31 === 0 ? 8 : 17}</espi:quality>
          </espi:ReadingQuality>\n`
    : ''
}          <espi:timePeriod>
            <espi:duration>${QUARTER}</espi:duration>
            <espi:start>${start}</espi:start>
          </espi:timePeriod>
          <espi:value>${(start / QUARTER) % 1999}</espi:value>
${tou ? `          <espi:tou>${start % DAY < 8 * 3600 ? 1 : 2}</espi:tou>\n` : ''}        </espi:IntervalReading>
`
}

/** One Atom entry. */
export function entry(self: string, payload: string, links = ''): string {
  return `  <entry>
    <id>urn:uuid:00000000-0000-4000-8000-000000000002</id>
    <link rel="self" href="${self}"/>${links}
    <content>
      ${payload}
    </content>
    <published>2026-01-01T00:00:00Z</published>
    <updated>2026-01-01T00:00:00Z</updated>
  </entry>`
}
