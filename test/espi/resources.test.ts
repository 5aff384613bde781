import { globSync, readFileSync } from 'node:fs'
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
