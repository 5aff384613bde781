import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { SaxesParser } from 'saxes'
import { describe, expect, it } from 'vitest'
import { resolveLinks } from '../../src/espi/resolve-links.ts'
import {
  isJoined,
  type ResourceName,
  type ResourceRow,
  resourceNames,
  resources,
} from '../../src/espi/resources.ts'
import { fieldMap } from '../../src/translate/field-map.ts'
import { translateFeed } from '../../src/translate/translate-feed.ts'
import { sharedPath } from '../support/shared.ts'
import { context } from '../translate/context.ts'
import { entry, feedOf, read } from './build-feed.ts'

const rows = Object.entries(resources) as [ResourceName, ResourceRow<ResourceName>][]
const joined = rows.filter(([, row]) => isJoined(row))
const namesOf = (some: typeof rows): string[] => some.map(([name]) => name)

/** A list, a pair of a Map, a choice of a pattern or words in a text: however a file may write several resources down. */
const NAME = `\\b(?:${[...resourceNames(isJoined)].join('|')})\\b`
const LISTS = [
  `\\[[^\\][()]*'${NAME}',\\s*'${NAME}'`,
  `\\[\\s*'${NAME}',`,
  `${NAME}\\|${NAME}`,
  `'${NAME} ${NAME}`,
  `'${NAME}'\\s*\\|\\s*'${NAME}'`,
].map((list) => new RegExp(list))

describe('the table of resources', () => {
  it.each(rows)('%s has its elements in translate/fields/', (name, { type = name }) => {
    expect(fieldMap).toHaveProperty(type)
  })

  it('has one place where resources are listed: no other file of src/ lists two', () => {
    // XSD types are named like the resources they are of, and the sandbox is a custodian of its own.
    const own = /^src\/(?:espi\/resources\.ts|translate\/field-map\.ts|translate\/fields\/|sandbox\/)/
    const others = globSync('src/**/*.ts').filter((file) => !own.test(file))
    const lists = (file: string): boolean => {
      const source = readFileSync(file, 'utf8')
      return LISTS.some((list) => list.test(source))
    }
    expect(others.length).toBeGreaterThan(100)
    expect(others.filter(lists)).toEqual([])
  })

  it.each([
    `const KEPT = new Set([\n  'UsagePoint',\n  'MeterReading',\n])`,
    `const HOLDERS = new Set(['User', 'CustomerAccount', 'UsagePoint'])`,
    `const TYPES = new Map([['LocalTimeParameters', 'TimeConfiguration']])`,
    `const LINK = /\\/(UsagePoint|MeterReading)$/`,
    `const ALL = 'Meter EndDevice'.split(' ')`,
    `type Kind = 'Meter' | 'EndDevice'`,
  ])('finds such a list: %s', (source) => {
    expect(LISTS.some((list) => list.test(source))).toBe(true)
  })

  it.each([
    `itemsOf(feeds, 'Meter', 'EndDevice')`,
    `['CustomerAgreementParts', 'MeterReadings']`,
    `for (const { entry } of items('Customer')) refuse('Customer')`,
  ])('takes no other text for one: %s', (source) => {
    expect(LISTS.some((list) => list.test(source))).toBe(false)
  })
})

describe('the reader', () => {
  it.each([...resourceNames()])(
    'knows %s without namespace: as a root, and where no content is',
    async (name) => {
      for (const text of [`<${name}/>`, feedOf([`<entry><${name} xmlns=""/></entry>`])]) {
        const { entries } = await read(text)
        expect(entries.flatMap(({ payloads }) => payloads.map((payload) => payload.name))).toEqual([name])
      }
    },
  )
})

describe('the graph', () => {
  const linkTo = (name: string, id: number): string => `<link rel="related" href="/x/${name}-${id}"/>`
  const entryOf = (name: string, id: number, links: string): string =>
    entry(`/x/${name}-${id}`, `<${name}/>`, links)

  /** Every resource of it twice, each linked to those of its own number and to no other. */
  const twoOfEach = [1, 2].flatMap((id) =>
    joined.map(([name, { hangsOn = [] }]) => {
      const explaining = joined.filter(([, { explains = [] }]) => explains.includes(name))
      return entryOf(name, id, [...hangsOn, ...namesOf(explaining)].map((to) => linkTo(to, id)).join(''))
    }),
  )

  it('holds all that has a place in it, joined by nothing but the links of the table', async () => {
    const graph = resolveLinks([await read(feedOf(twoOfEach))])
    expect(graph).toMatchObject({ unresolved: [], unused: [], others: [], customersWithoutAccount: [] })
    const readings = graph.usagePoints.flatMap(({ meterReadings }) => meterReadings)
    expect(graph.usagePoints.map(({ localTime }) => localTime?.self[0])).toEqual([
      '/x/LocalTimeParameters-1',
      '/x/LocalTimeParameters-2',
    ])
    expect(readings.map(({ readingType }) => readingType?.self[0])).toEqual([
      '/x/ReadingType-1',
      '/x/ReadingType-2',
    ])
  })

  it.each(joined.flatMap(([name, { hangsOn = [] }]) => hangsOn.map((parent) => [name, parent] as const)))(
    'hangs %s on the %s that it links to, if on nothing else',
    async (name, parent) => {
      const feed = await read(feedOf([...twoOfEach, entryOf(name, 3, linkTo(parent, 2))]))
      expect(resolveLinks([feed]).unresolved).toEqual([])
      const lost = await read(feedOf([...twoOfEach, entryOf(name, 3, linkTo(parent, 4))]))
      // Accounts and agreements stand for themselves where nothing above them came.
      const standsAlone = ['CustomerAccount', 'CustomerAgreement'].some((holder) => holder === name)
      expect(resolveLinks([lost]).unresolved.length > 0).toBe(!standsAlone)
    },
  )

  it.each(namesOf(rows.filter(([, row]) => !isJoined(row))))(
    'has no place for %s: it is refused by name',
    async (name) => {
      const feed = await read(feedOf([entry('/x/1', `<${name}/>`)]))
      expect(translateFeed([feed], context).refused).toMatchObject([
        { code: 'resource_not_translated', field: name },
      ])
    },
  )
})

describe('what later feeds refer to', () => {
  it('is fetched by itself where interval blocks hang on it, or on what it explains', () => {
    const above = (name: ResourceName): ResourceName[] =>
      ((resources[name] as ResourceRow<ResourceName>).hangsOn ?? []).flatMap((up) => [up, ...above(up)])
    const holders = above('IntervalBlock')
    const explaining = joined.filter(([, { explains = [] }]) => explains.some((one) => holders.includes(one)))
    const fetched = rows.filter(([, row]) => row.context === 'fetched')
    expect(namesOf(fetched).sort()).toEqual([...holders, ...namesOf(explaining)].sort())
  })
})

describe('LocalTimeParameters', () => {
  it('are the same under the name of their type, which the customer schema has too', async () => {
    const time = '<tzOffset>-18000</tzOffset>'
    const refusedOf = async (name: string): Promise<unknown> => {
      const point = entry('/UsagePoint/1', '<UsagePoint/>', '<link rel="related" href="/x/1"/>')
      const feed = await read(feedOf([point, entry('/x/1', `<${name}>${time}</${name}>`)]))
      const { servicePoints, refused } = translateFeed([feed], context)
      expect(servicePoints[0]?.espi_local_time).toEqual({ tzOffset: '-18000' })
      return refused.map(({ code }) => code)
    }
    expect(await refusedOf('TimeConfiguration')).toEqual(await refusedOf('LocalTimeParameters'))
  })
})

const folder = sharedPath('xsd')

/** What an XSD says of the elements that may stand alone: name and type, and which types are parts of others or extended by them. */
function readSchema(file: string): { alone: Map<string, string>; parts: Set<string> } {
  const alone = new Map<string, string>()
  const parts = new Set<string>()
  let depth = 0
  const parser = new SaxesParser({ xmlns: false })
  parser.on('opentag', ({ name: tag, attributes: { name = '', type, base } }) => {
    depth++
    if (depth === 2 && tag === 'xs:element') alone.set(name, type ?? name)
    else for (const part of [type, base]) if (part) parts.add(part.replace(/^.*:/, ''))
  })
  parser.on('closetag', () => {
    depth--
  })
  parser.write(readFileSync(path.join(folder ?? '', file), 'utf8')).close()
  return { alone, parts }
}

describe.skipIf(!folder)('the schemas of ESPI 4.0', () => {
  const SCHEMAS = { usage: 'ESPI_4.0__mono__espi.xsd', customer: 'ESPI_4.0__mono__customer.xsd' }

  it.each(Object.values(SCHEMAS))(
    '%s has no resource without a row: no element that is a part of none',
    (file) => {
      const { alone, parts } = readSchema(file)
      const found = [...alone].flatMap(([name, type]) => (parts.has(type) ? [] : [name]))
      const known = resourceNames()
      expect(found.length).toBeGreaterThan(5)
      expect(found.filter((name) => !known.has(name))).toEqual([])
    },
  )

  it.each(['usage', 'customer'] as const)('have each resource of %s with its type', (vocabulary) => {
    const { alone } = readSchema(SCHEMAS[vocabulary])
    const own = rows.filter(([, row]) => row.vocabulary === vocabulary)
    // The reader knows it by itself; in these schemas it is a part of UsagePoint.
    const said = own.filter(([name]) => name !== 'ServiceCategory')
    expect(said.map(([name]) => [name, alone.get(name)])).toEqual(
      said.map(([name, { type = name }]) => [name, type]),
    )
  })
})
