import { describe, expect, it } from 'vitest'
import { startTranslation, translateFeed } from '../../src/translate/translate-feed.ts'
import type { Translated } from '../../src/translate/translated.ts'
import { entriesOf, entry, feedOf, hourly, read } from '../espi/build-feed.ts'
import { context } from './context.ts'

const START = 1767243600

interface Mapping {
  kind?: string
  code?: number | string
  name?: string
  note?: string
}

/** A ProgramIdMappings entry with one programIdMapping for each. */
function mappings(self: string, list: Mapping[], links = ''): string {
  const parts = list.map(
    ({ kind = 'tou', code = 1, name = 'Off-peak', note }) =>
      `<programIdMapping><tOUorCPPorConsumptionTier>${kind}</tOUorCPPorConsumptionTier><code>${code}</code><name>${name}</name>${
        note === undefined ? '' : `<note>${note}</note>`
      }</programIdMapping>`,
  )
  return entry(self, `<ProgramIdMappings>${parts.join('')}</ProgramIdMappings>`, links)
}

const point = (id: number, links = ''): string => entry(`/UsagePoint/${id}`, '<UsagePoint/>', links)
const related = (href: string): string => `<link rel="related" href="${href}"/>`

async function translate(...entries: string[]): Promise<Translated> {
  return translateFeed(await read(feedOf(entries)), context)
}

/** How many mappings each service point carries, and what was refused. */
async function outcome(...entries: string[]): Promise<unknown> {
  const { servicePoints, refused } = await translate(...entries)
  const counts = servicePoints.map(({ espi_program_id_mappings: carried }) => carried?.length ?? 0)
  return [counts, refused.map(({ code, field }) => [code, field])]
}

describe('ProgramIdMappings, carried on the service point', () => {
  it('as written, one or several (espi_program_id_mappings)', async () => {
    const list = [{ note: '19:00 to 07:00' }, { kind: 'cpp', code: 2, name: 'Event' }]
    const { servicePoints, refused } = await translate(
      point(1),
      mappings('/UsagePoint/1/ProgramIdMappings/1', list),
    )
    expect(servicePoints[0]?.espi_program_id_mappings).toEqual([
      {
        programIdMapping: [
          { tOUorCPPorConsumptionTier: 'tou', code: '1', name: 'Off-peak', note: '19:00 to 07:00' },
          { tOUorCPPorConsumptionTier: 'cpp', code: '2', name: 'Event' },
        ],
      },
    ])
    expect(refused).toEqual([])
  })

  it.each([
    [
      'its link to the usage point',
      [point(1), point(2), mappings('/P/1', [{}], related('/UsagePoint/2'))],
      [0, 1],
    ],
    [
      'links of several usage points to it',
      [point(1, related('/P/1')), point(2, related('/P/1')), point(3), mappings('/P/1', [{}])],
      [1, 1, 0],
    ],
    ['its path', [point(1), point(2), mappings('/UsagePoint/2/ProgramIdMappings/1', [{}])], [0, 1]],
    [
      'nothing, where it is the only one: all usage points',
      [point(1), point(2), mappings('/P/1', [{}])],
      [1, 1],
    ],
    ['the only usage point', [point(1), mappings('/P/1', [{}]), mappings('/P/2', [{}])], [2]],
  ])('belongs where %s tells', async (_name, entries, counts) => {
    expect(await outcome(...entries)).toEqual([counts, []])
  })

  it.each([
    ['two, and nothing tells of which point', [mappings('/P/1', [{}]), mappings('/P/2', [{}])], 2],
    [
      'one whose path names a usage point that is not there',
      [mappings('/UsagePoint/9/ProgramIdMappings/1', [{}])],
      1,
    ],
  ])('is refused by name: %s', async (_name, entries, count) => {
    const line = ['link_unresolved', 'ProgramIdMappings']
    expect(await outcome(point(1), point(2), ...entries)).toEqual([
      [0, 0],
      Array.from({ length: count }, () => line),
    ])
  })

  it('without any usage point is refused by name', async () => {
    expect(await outcome(mappings('/P/1', [{}]))).toEqual([[], [['link_unresolved', 'ProgramIdMappings']]])
  })

  it('has a code that is no number refused by name, and carried as written', async () => {
    const { servicePoints, refused } = await translate(point(1), mappings('/P/1', [{ code: 'one' }]))
    expect(refused).toMatchObject([
      { code: 'code_not_integer', field: 'ProgramIdMappings.programIdMapping.code', value: 'one' },
    ])
    expect(servicePoints[0]?.espi_program_id_mappings).toMatchObject([{ programIdMapping: { code: 'one' } }])
  })
})

describe('the names of codes in value formats', () => {
  const readings = [
    { start: START, value: 1, tou: 1 },
    { start: START + 3600, value: 2, tou: 2, tier: 1 },
    { start: START + 7200, value: 3 },
  ]
  const usage = entriesOf([{ type: hourly, blocks: [readings] }])

  async function formatsOf(...list: Mapping[]): Promise<unknown[]> {
    const feed = await read(feedOf([...usage, mappings('/P/1', list)]))
    const { usageSegments } = translateFeed(feed, context)
    const [text = ''] = [...startTranslation(feed, context).usageSegmentTexts({})]
    expect(text).toBe(JSON.stringify(usageSegments[0]))
    return (usageSegments[0]?.formats ?? []).map((format) =>
      Object.fromEntries(Object.entries(format).filter(([name]) => /^espi_(tou|tier|cpp)/.test(name))),
    )
  }

  it('stand beside the codes that the custodian named, and nowhere else', async () => {
    const tier = { kind: 'consumptiontier', code: 1, name: 'Baseline' }
    expect(await formatsOf({}, tier, { kind: 'cpp', code: 1, name: 'Event' })).toEqual([
      {},
      { espi_tou: 1, espi_tou_name: 'Off-peak' },
      { espi_tou: 2, espi_tier: 1, espi_tier_name: 'Baseline' },
    ])
  })

  it('are left out where one code has two names', async () => {
    expect(await formatsOf({}, { name: 'Night' })).toEqual([
      {},
      { espi_tou: 1 },
      { espi_tou: 2, espi_tier: 1 },
    ])
  })

  it('change no id: a format is what it was before its codes had names', async () => {
    const ids = async (...entries: string[]): Promise<unknown> =>
      (await translate(...entries)).usageSegments.map(({ formats }) => formats.map(({ id }) => id))
    expect(await ids(...usage, mappings('/P/1', [{}]))).toEqual(await ids(...usage))
  })
})
