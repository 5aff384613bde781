import { isUtf8 } from 'node:buffer'
import { z } from 'zod'
import {
  anyAccount,
  anyBillSection,
  anyBillStatement,
  anyMeterDevice,
  anyServiceContract,
  anyServicePoint,
  anyUsageSegment,
} from '../cds/wire/any-object.ts'
import { type Json, parseExact } from '../shared/json.ts'
import type { CdsObjects } from '../translate/to-espi/cds-objects.ts'

/** The lists of CDS objects, under the names that `gbcds translate` and a CDS server's listings give them. */
const lists = z.looseObject({
  accounts: z.array(anyAccount).default([]),
  service_contracts: z.array(anyServiceContract).default([]),
  service_points: z.array(anyServicePoint).default([]),
  meter_devices: z.array(anyMeterDevice).default([]),
  bill_statements: z.array(anyBillStatement).default([]),
  bill_sections: z.array(anyBillSection).default([]),
  usage_segments: z.array(anyUsageSegment).default([]),
})

/** JSON, or lines of it as `--format ndjson` writes them, becomes CDS objects; the reason as a text where it does not. */
export function readObjects(bytes: Uint8Array): CdsObjects | string {
  const json = parsed(bytes)
  if (typeof json === 'string') return json
  const read = lists.safeParse(json)
  if (!read.success) return faultOf(read.error)
  if (!Object.keys(lists.shape).some((list) => Object.hasOwn(Object(json), list))) return NO_LIST
  const {
    accounts,
    service_contracts,
    service_points,
    meter_devices,
    bill_statements,
    bill_sections,
    usage_segments,
  } = read.data
  return {
    accounts,
    serviceContracts: service_contracts,
    servicePoints: service_points,
    meterDevices: meter_devices,
    billStatements: bill_statements,
    billSections: bill_sections,
    usageSegments: usage_segments,
  }
}

const NO_LIST = `no CDS objects: none of the lists ${Object.keys(lists.shape).join(', ')} is in it`

const NOT_JSON =
  'not JSON; give what gbcds translate wrote with --format json or ndjson, or the answers of a CDS server'

function parsed(bytes: Uint8Array): Json | string {
  if (!isUtf8(bytes)) return NOT_JSON
  const text = new TextDecoder().decode(bytes)
  try {
    const isLines = /^\s*\{"list":/.test(text)
    if (isLines) return fromLines(text)
    const json = parseExact(text)
    return typeof json === 'string' ? NOT_JSON : json
  } catch (error) {
    if (error instanceof SyntaxError) return NOT_JSON
    throw error
  }
}

const lineOfList = z.object({ list: z.string(), object: z.custom<Json>((value) => value !== undefined) })

/** `{"list":"accounts","object":{…}}`, a line each. */
function fromLines(text: string): Json | string {
  const found = new Map<string, Json[]>()
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const read = lineOfList.safeParse(parseExact(line))
    if (!read.success) return `no CDS objects: line ${at + 1} is no list and object`
    const { list, object } = read.data
    const known = found.get(list)
    if (known) known.push(object)
    else found.set(list, [object])
  }
  return Object.fromEntries(found)
}

/** Where the first fault lies, without the value: it may be personal. */
function faultOf({ issues }: z.ZodError): string {
  const [issue] = issues
  const place = issue?.path.map(String).join('.') ?? ''
  return `no CDS objects: ${place === '' ? 'the document' : place}: ${issue?.message ?? ''}`
}
