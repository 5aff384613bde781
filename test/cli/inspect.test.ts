import { describe, expect, it } from 'vitest'
import type { Inspection, TreeNode } from '../../src/cli/inspect/inspection.ts'
import { entriesOf, entry, feedOf, hourly } from '../espi/build-feed.ts'
import { folderOf, gbcds } from './gbcds.ts'

const usage = 'test/fixtures/espi/solar-usage.xml'
const customer = 'test/fixtures/espi/solar-customer.xml'

async function inspect(files: string[], stdin?: string): Promise<Inspection> {
  const { code, out } = await gbcds(
    ['inspect', '--json', ...files],
    stdin === undefined ? {} : { stdin: Buffer.from(stdin) },
  )
  expect(code).toBe(0)
  return JSON.parse(out)
}

function nodesOf(nodes: readonly TreeNode[]): TreeNode[] {
  return nodes.flatMap((node) => [node, ...nodesOf(node.children ?? [])])
}

async function quirksOf(feed: string): Promise<Record<string, number>> {
  const { quirks } = await inspect(['-'], feed)
  return Object.fromEntries(quirks.map(({ code, count }) => [code, count]))
}

describe('gbcds inspect', () => {
  it('shows what hangs on what, by which link, and what reading types mean', async () => {
    const { files, payloads, tree, apart, quirks } = await inspect([usage, customer])
    expect(files.map(({ entries, readings }) => [entries, readings])).toEqual([
      [7, 4],
      [5, 0],
    ])
    expect(payloads).toMatchObject({ UsagePoint: 1, IntervalBlock: 2, Customer: 1, Meter: 1 })
    const nodes = nodesOf(tree)
    expect(tree.map(({ element }) => element)).toEqual(['UsagePoint', 'CustomerAccount'])
    expect(nodes.find(({ element }) => element === 'ReadingType')).toMatchObject({
      entry: 6,
      joined_by: 'its related link',
      words:
        'electricity SecondaryMetered, Wh, kind energy, flowDirection forward, accumulationBehaviour deltaData, currency 124, every 900 s',
    })
    expect(nodes.find(({ element }) => element === 'IntervalBlock')).toMatchObject({
      readings: 3,
      from: '2026-03-08T07:00:00Z',
      to: '2026-03-08T08:00:00Z',
      joined_by: "the parent's related link to its collection",
    })
    expect(nodes.find(({ element }) => element === 'Meter')).toMatchObject({
      file: customer,
      joined_by: 'nested paths',
    })
    expect(apart).toEqual([])
    expect(quirks).toMatchObject([{ code: 'hole_in_block', count: 1 }])
  })

  it('prints the tree; each block on its own with --entries; no name or address', async () => {
    const { out } = await gbcds(['inspect', usage, customer])
    expect(out).toContain('  UsagePoint: test/fixtures/espi/solar-usage.xml entry 1; service electricity\n')
    expect(out).toContain(
      '1 IntervalBlock: 3 readings; 2026-03-08T07:00:00Z to 2026-03-08T08:00:00Z; joined by',
    )
    expect((await gbcds(['inspect', '--entries', usage])).out).toContain(
      'IntervalBlock: entry 4; 3 readings;',
    )
    for (const personal of ['Ada', 'Street', '@', '555']) expect(out).not.toContain(personal)
  })

  it('names quirks of entries and links', async () => {
    const point = entry(
      '/UsagePoint/1/',
      '<UsagePoint/>',
      '<link rel="up" href=" https://a.example/UsagePoint "/>',
    )
    const again = entry('https://b.example/UsagePoint/2', '<UsagePoint/>').replace(
      '<updated>',
      '<id>x</id><updated>',
    )
    const none = '<entry><id>x</id><updated>2026-01-01T00:00:00Z</updated></entry>'
    expect(await quirksOf(feedOf([point, again, again, none]))).toEqual({
      relative_link: 1,
      trailing_slash: 1,
      padded_link: 1,
      duplicate_self: 1,
      duplicate_id: 2,
      missing_self: 1,
      entry_without_payload: 1,
      several_hosts: 2,
    })
  })

  it('names quirks of readings', async () => {
    const hour = 3600
    const start = 1767243600
    const blocks = [
      [
        { start: start + hour, value: 1 },
        { start, value: 1 },
        { start, value: 1, duration: 7200 },
        { start: start + hour, value: '+1', duration: 0 },
        { start: 1, value: 'x' },
        { start: 86_400, value: 1 },
      ],
      [
        { start: start * 1000, value: 1 },
        { start: start + 5 * hour, value: 1 },
      ],
    ]
    const quirks = await quirksOf(feedOf(entriesOf([{ type: hourly, blocks }])))
    delete quirks.relative_link
    expect(quirks).toEqual({
      milliseconds: 1,
      plus_sign: 1,
      'value_not_integer IntervalReading.value': 1,
      descending: 2,
      same_time: 1,
      overlapping: 1,
      zero_duration: 1,
      odd_date: 1,
      several_durations: 1,
      hole_in_block: 1,
    })
  })

  it('names what is missing', async () => {
    const block = entry(
      '/UsagePoint/9/MeterReading/9/IntervalBlock/1',
      '<IntervalBlock><IntervalReading><value>1</value></IntervalReading></IntervalBlock>',
    )
    const quirks = await quirksOf(feedOf([block]))
    expect(quirks).toMatchObject({
      usage_point_missing: 1,
      meter_reading_missing: 1,
      reading_type_missing: 1,
      no_own_time: 1,
    })
  })

  it('exits 2 and says why for what is no feed, and shows the others', async () => {
    const cwd = folderOf({ 'a.html': '<html></html>', 'b.xml': feedOf(entriesOf([{ blocks: [] }])) })
    const { code, out, err } = await gbcds(['inspect', 'a.html', 'b.xml'], { cwd })
    expect(code).toBe(2)
    expect(out).toContain('b.xml: ')
    expect(err).toContain('gbcds inspect: a.html: this is an HTML page, not a Green Button feed')
  })
})
