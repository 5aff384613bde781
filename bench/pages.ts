import { performance } from 'node:perf_hooks'
import { constants, gzipSync, inflateRawSync } from 'node:zlib'
import { type Part, toGzip, toPlain } from '../src/cds/pages/page.ts'
import { type Piece, toPiece, unpacking } from '../src/shared/pieces.ts'
import { printTable } from './table.ts'

const SEGMENTS = 100
const INTERVALS = 96
const ROUNDS = 8
const ROUND_MS = 250
const MICROSECONDS = 1e6

const FORMATS = JSON.stringify(
  ['forward', 'reverse', 'net', 'forward'].map((direction, index) => ({
    id: `electric_usage_${direction}_${index}`,
    type: 'electric_usage',
    units: 'kWh',
    direction,
    tou: null,
    tier: null,
    quality: 'valid',
    related_meterdevices: [`md_${id(index)}`],
  })),
)
/** What all segments of a series say. */
const SERIES = `"cds_synced":"2026-11-20T04:31:12Z","interval":900,"related_accounts":["acc_${id(1)}"],"related_servicecontracts":["con_${id(2)}"],"related_servicepoints":["sp_${id(3)}"],"related_meterdevices":["md_${id(4)}"],"related_billsections":[],"formats":${FORMATS},`
const HEAD = '{"usage_segments":['
const TAIL =
  '],"next":"https://gateway.example/cds/v1/usage-segments?page=AAECAwQFBgcICQoLDA0ODw","previous":null}'

const segments = Array.from({ length: SEGMENTS }, (_, day) => ({
  own: ownText(day),
  values: valuesText(day),
}))
const text = `${HEAD}${segments.map(({ own, values }) => own + SERIES + values).join('')}${TAIL}`
const values = segments.map((segment) => toPiece(segment.values))
const wholeSegments = segments.map((segment) => toPiece(segment.own + SERIES + segment.values))

function ownText(day: number): string {
  const month = 1 + (day % 9)
  return `${day === 0 ? '' : ','}{"cds_usagesegment_id":"us_${id(day)}","cds_created":"2026-01-01T04:31:07Z","cds_modified":"2026-0${month}-03T04:31:12Z","segment_start":"${midnight(day)}","segment_end":"${midnight(day + 1)}",`
}

function valuesText(day: number): string {
  const thousandth = (place: number) => 100 + ((day * 7919 + place * place * 104_729 + place * 31) % 900)
  const places = Array.from({ length: INTERVALS }, (_, place) => `[{"eu":0.${thousandth(place)}},null]`)
  return `"values":[${places.join(',')}]}`
}

function midnight(day: number): string {
  return new Date(Date.UTC(2026, 0, 1 + day, 5)).toISOString().replace('.000', '')
}

function id(seed: number): string {
  const bytes = Uint8Array.from({ length: 16 }, (_, byte) => (seed * 167 + byte * byte * 59 + 7) & 0xff)
  return Buffer.from(bytes).toString('base64url')
}

function page(series: Part): Part[] {
  return [HEAD, ...segments.flatMap(({ own }, day) => [own, series, values[day] ?? '']), TAIL]
}

/** The floor: what zlib alone takes for the same pieces. */
function inflate(pieces: readonly Piece[]): Buffer {
  const length = pieces.reduce((sum, { textBytes }) => sum + textBytes, 0)
  const options = { finishFlush: constants.Z_SYNC_FLUSH, ...unpacking(length) }
  return inflateRawSync(Buffer.concat(pieces.map(({ bytes }) => bytes)), options)
}

const WAYS: Record<string, () => Buffer | Promise<Buffer>> = {
  'toGzip, series repeated': () => toGzip(page({ repeated: SERIES })),
  'toGzip, series as text': () => toGzip(page(SERIES)),
  'gzipSync of the text, level 1': () => gzipSync(text, { level: 1 }),
  'gzipSync of the text, level 6': () => gzipSync(text, { level: 6 }),
  toPlain: () => toPlain(page({ repeated: SERIES })),
  'inflateRawSync, segments whole': () => inflate(wholeSegments),
  'inflateRawSync, values alone': () => inflate(values),
}

/** Pages that one core makes a second, by the time it worked and not the time that passed: others use the machine too. */
async function perSecond(make: () => Buffer | Promise<Buffer>): Promise<number> {
  const before = process.cpuUsage()
  const end = performance.now() + ROUND_MS
  let count = 0
  for (; performance.now() < end; count++) await make()
  const { user, system } = process.cpuUsage(before)
  return (count * MICROSECONDS) / (user + system)
}

const best = new Map<string, number>()
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, make] of Object.entries(WAYS)) {
    best.set(name, Math.max(best.get(name) ?? 0, await perSecond(make)))
  }
}
const rows: string[][] = []
for (const [name, make] of Object.entries(WAYS)) {
  rows.push([name, best.get(name)?.toFixed(0) ?? '', String((await make()).length)])
}
const [first] = segments
console.log(
  `${SEGMENTS} segments: ${first?.own.length} bytes of their own, ${SERIES.length} of their series, ${first?.values.length} of values`,
)
printTable(['', 'pages/s of one core', 'bytes'], rows)
