import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { SaxesParser } from 'saxes'
import { describe, expect, it } from 'vitest'
import { fieldMap, fieldOf } from '../../src/translate/field-map.ts'
import type { Field } from '../../src/translate/fields/row.ts'
import { isRefusalCode } from '../../src/translate/refusals.ts'
import { expectPart, table } from '../support/page.ts'
import { sharedPath } from '../support/shared.ts'

const fields = Object.entries(fieldMap).flatMap(([type, { fields }]) =>
  Object.entries(fields).map(([name, field]) => ({ type, name, field })),
)

function fateOf({ cds, carried, refused }: Field): string {
  if (refused) return `refused \`${refused}\``
  return [cds?.split(', ').map(coded).join(', '), carried && 'carried'].filter(Boolean).join('; ')
}

/** The name of a field, not words about it. */
function coded(part: string): string {
  return /^[\w…]+(?:\(s\))?$/.test(part) ? `\`${part}\`` : part
}

/** What feeds hold and no schema has. */
const BEYOND = ['UsagePoint.pricingNode', 'UsagePoint.loadAggregationPoint']

describe('what becomes of every element of ESPI', () => {
  it('stands on the page docs/espi-to-cds.md, a row an element', () => {
    const rows = fields.map(({ type, name, field }) => [
      `${type}.${name}`,
      fateOf(field),
      field.by ? field.by.replaceAll(/(\w+)/g, '`$1`') : '',
    ])
    expectPart('docs/espi-to-cds.md', 'elements', table(['element', 'becomes', 'by'], rows))
  })

  it('is exactly one thing: translated, carried, both, or refused with a code of the list', () => {
    for (const { type, name, field } of fields) {
      const isRefused = field.refused !== undefined
      expect(field.cds !== undefined || field.carried === true, `${type}.${name}`).toBe(!isRefused)
      if (field.refused) expect(isRefusalCode(field.refused)).toBe(true)
      if (field.cds) expect(field.by, `${type}.${name}`).toBeDefined()
      if (field.type) expect(fieldMap, `${type}.${name}`).toHaveProperty(field.type)
    }
  })

  it('is done by functions that exist', () => {
    const sources = readdirSync('src/translate', { recursive: true, encoding: 'utf8' })
      .map((file) => path.join('src/translate', file))
      .concat('src/espi/link/join-customers.ts')
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n')
    for (const { type, name, field } of fields) {
      for (const by of field.by?.split(', ') ?? []) {
        expect(sources, `${type}.${name} names ${by}`).toMatch(new RegExp(`function\\*? ${by}\\b`))
      }
    }
  })
})

const SCHEMAS = [
  'ESPI_4.0__mono__espi.xsd',
  'ESPI_4.0__mono__customer.xsd',
  'ESPI_3.3__eddie__usage.xsd',
  'ESPI_3.3__eddie__retailcustomer.xsd',
  'pge-share-my-data-espiDerived-20180821.xsd',
]

/** `Type.element` of every named complex type of an XSD. */
function elementsOf(file: string): string[] {
  const found: string[] = []
  let type: string | undefined
  const parser = new SaxesParser({ xmlns: false })
  parser.on('opentag', ({ name: qualified, attributes }) => {
    const tag = qualified.replace(/^.*:/, '')
    const name = attributes.name ?? attributes.ref?.replace(/^.*:/, '')
    if (tag === 'complexType' && attributes.name) type = attributes.name
    else if (tag === 'element' && type && name) found.push(`${type}.${name}`)
  })
  parser.on('closetag', ({ name, attributes }) => {
    if (name.endsWith(':complexType') && attributes.name) type = undefined
  })
  parser.write(readFileSync(path.join(folder ?? '', file), 'utf8')).close()
  return found
}

const folder = sharedPath('xsd')

describe.skipIf(!folder)('the schemas of ESPI', () => {
  it.each(SCHEMAS)('%s has no element without a row', (file) => {
    const missing = elementsOf(file).filter((full) => {
      const [type = '', element = ''] = full.split('.')
      return fieldOf(type, element) === undefined
    })
    expect(missing).toEqual([])
  })

  it.each(SCHEMAS.slice(0, 2))(
    '%s has the elements of each type in the order of the rows: the way back writes them so',
    (file) => {
      const ofSchema = Map.groupBy(elementsOf(file), (full) => full.split('.')[0] ?? '')
      for (const [type, elements] of ofSchema) {
        const names = elements.map((full) => full.split('.')[1] ?? '')
        const rows = Object.keys(fieldMap[type]?.fields ?? {}).filter((name) => names.includes(name))
        expect(rows, type).toEqual(names.filter((name) => rows.includes(name)))
      }
    },
  )

  it('have every element that has a row', () => {
    const known = new Set([...SCHEMAS.flatMap(elementsOf), ...BEYOND])
    expect(fields.map(({ type, name }) => `${type}.${name}`).filter((full) => !known.has(full))).toEqual([])
  })
})
