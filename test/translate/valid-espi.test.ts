import { spawnSync } from 'node:child_process'
import { createReadStream, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MalformedFeedError } from '../../src/espi/errors.ts'
import { readFeed } from '../../src/espi/read-feed.ts'
import { writeBlock } from '../../src/espi/write-block.ts'
import { writeElement } from '../../src/espi/write-element.ts'
import type { WrittenEntry } from '../../src/espi/write-feed.ts'
import { localCalendar } from '../../src/shared/local-calendar.ts'
import type { CdsObjects } from '../../src/translate/to-espi/cds-objects.ts'
import { toEspiEntries } from '../../src/translate/to-espi/to-feed.ts'
import { Unsaid } from '../../src/translate/to-espi/unsaid.ts'
import { translateFeed } from '../../src/translate/translate-feed.ts'
import { noteOnce, sharedPath } from '../support/shared.ts'
import { anotherServer } from './another-server.ts'
import { context } from './context.ts'

const FIXTURES = 'test/fixtures/espi'
const corpus = sharedPath('corpus')
const schemas = sharedPath('xsd')
const hasXmllint = spawnSync('xmllint', ['--version']).error === undefined
if (!hasXmllint) noteOnce('skipped: xmllint is not installed (Debian: libxml2-utils)')

/** The two attributes of the xml namespace that Atom's schema asks for, so that nothing is fetched. */
const XML_XSD = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/XML/1998/namespace"><xs:attribute name="base" type="xs:anyURI"/><xs:attribute name="lang" type="xs:language"/></xs:schema>`

/**
 * What the original of a file has and no schema allows: a line without its text or kind, an element of SCE's own, a duration of
 * 8,000 years. It comes back as it was.
 */
const AS_IT_CAME: Record<string, RegExp> = {
  'dtesdk__1hrLP_32Days_Additional_M.xml': /costAdditionalDetailLastPeriod': Missing child/,
  'verdigris__BulkSCEUsageSummaryAndIntervalBlock.xml': /pricingNode': This element is not expected/,
  'ogb__customer.xml': /'251922268800' is not a valid value/,
  'solar-customer.xml': /'251922268800' is not a valid value/,
}

let folder = ''

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'espi-'))
  if (schemas === undefined) return
  const copy = (from: string, to: string): void => {
    const text = readFileSync(path.join(schemas, from), 'utf8')
    writeFileSync(path.join(folder, to), text.replace(/"[^"]*\/xml\.xsd"/, '"xml.xsd"'))
  }
  copy('ESPI_4.0__mono__espi.xsd', 'espi.xsd')
  copy('ESPI_4.0__mono__customer.xsd', 'customer.xsd')
  copy('atom__eddie.xsd', 'atom.xsd')
  writeFileSync(path.join(folder, 'xml.xsd'), XML_XSD)
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

function textOf({ payload }: WrittenEntry): string {
  const text = 'block' in payload ? [...writeBlock(payload.block)].join('') : writeElement(payload.element)
  return text.replace(
    /^<[\w:]+/,
    '$& xmlns:espi="http://naesb.org/espi" xmlns:cust="http://naesb.org/espi/customer"',
  )
}

/** What the XSDs of ESPI 4.0 say against the payloads that are written of these objects. */
function faultsOf(objects: CdsObjects): string[] {
  const entries = toEspiEntries(objects, {
    calendar: localCalendar(context.timezone),
    base: '/espi/1_1/resource',
    unsaid: new Unsaid(),
  })
  const files: Record<string, string[]> = { 'espi.xsd': [], 'customer.xsd': [] }
  let count = 0
  for (const entry of entries) {
    const text = textOf(entry)
    const file = path.join(folder, `${count++}.xml`)
    writeFileSync(file, text)
    files[text.startsWith('<cust:') ? 'customer.xsd' : 'espi.xsd']?.push(file)
  }
  return Object.entries(files).flatMap(([schema, names]) => (names.length > 0 ? validate(schema, names) : []))
}

function validate(schema: string, files: string[]): string[] {
  const args = ['--noout', '--nonet', '--schema', path.join(folder, schema), ...files]
  const { stderr } = spawnSync('xmllint', args, { encoding: 'utf8', maxBuffer: 2 ** 28 })
  const lines = stderr
    .split('\n')
    .filter((line) => line !== '' && !/ (?:validates|fails to validate)$/.test(line))
  return lines.map((line) => line.replace(/^.*Schemas validity error : /, ''))
}

const files = [
  ...readdirSync(FIXTURES).map((name) => [name, FIXTURES] as const),
  ...(corpus ? readdirSync(corpus) : [])
    .filter((name) => name.endsWith('.xml'))
    .map((name) => [name, corpus ?? ''] as const),
]

describe.skipIf(schemas === undefined || !hasXmllint)('what is written is valid ESPI 4.0', () => {
  it.each(files)('%s', async (name, from) => {
    const feed = await readFeed(createReadStream(path.join(from, name))).catch((error: unknown) => error)
    if (feed instanceof MalformedFeedError) return
    const faults = faultsOf(translateFeed(feed as Awaited<ReturnType<typeof readFeed>>, context))
    const known = AS_IT_CAME[name]
    expect(faults.filter((fault) => !known?.test(fault))).toEqual([])
  })

  it('objects of another CDS server', () => {
    expect(faultsOf(anotherServer())).toEqual([])
  })

  it('the schemas see a fault', () => {
    expect(
      validate('espi.xsd', [
        write('<espi:UsagePoint xmlns:espi="http://naesb.org/espi"><espi:nothing/></espi:UsagePoint>'),
      ]),
    ).not.toEqual([])
  })
})

function write(text: string): string {
  const file = path.join(folder, 'fault.xml')
  writeFileSync(file, text)
  return file
}
