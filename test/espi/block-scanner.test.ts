import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MalformedFeedError } from '../../src/espi/errors.ts'
import type { EspiFeed } from '../../src/espi/model.ts'
import { BlockScanner } from '../../src/espi/read/block-scanner.ts'
import { Readings } from '../../src/espi/readings.ts'
import { sharedPath } from '../support/shared.ts'
import { read } from './build-feed.ts'

/** Everything that was read, readings included, or what is wrong, as a comparable text. */
async function outcome(text: string | Uint8Array, fast: boolean, size?: number): Promise<string> {
  try {
    return everythingOf(await read(text, { fast }, size))
  } catch (error) {
    if (!(error instanceof MalformedFeedError)) throw error
    return error.message
  }
}

function everythingOf({ readings, ...feed }: EspiFeed): string {
  const rows = Array.from({ length: readings.length }, (_, row) => [
    readings.start(row),
    readings.duration(row),
    readings.value(row).toString(),
    readings.cost(row)?.toString(),
    readings.code('quality', row),
    readings.code('tou', row),
    readings.code('consumptionTier', row),
    readings.code('cpp', row),
  ])
  return JSON.stringify({ ...feed, rows })
}

async function expectSame(text: string | Uint8Array, size?: number): Promise<void> {
  expect(await outcome(text, true, size)).toBe(await outcome(text, false))
}

const feedWith = (block: string, attributes = 'xmlns="http://naesb.org/espi"'): string =>
  `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:e="http://naesb.org/espi" xmlns:x="urn:other">
<entry><content><IntervalBlock ${attributes}>${block}</IntervalBlock></content></entry></feed>`

const plain = (start: number, value: string): string => `
  <IntervalReading>
    <timePeriod><duration>900</duration><start>${start}</start></timePeriod>
    <value>${value}</value>
  </IntervalReading>`

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.xml'))
    .map((name) => path.join(folder, name))
}

describe('readings read by layout, beside the conforming parser alone', () => {
  it('give the same feed for every fixture, whatever the size of the chunks', async () => {
    for (const file of filesIn('test/fixtures')) {
      const bytes = readFileSync(file)
      for (const size of [undefined, 1, 7, 100, 4097]) await expectSame(bytes, size)
    }
  })

  const corpus = sharedPath('corpus')
  it.skipIf(!corpus)('give the same feed for every real file', async () => {
    for (const file of filesIn(corpus ?? '')) {
      const bytes = readFileSync(file)
      const conforming = await outcome(bytes, false)
      for (const size of [undefined, 1009]) expect(await outcome(bytes, true, size), file).toBe(conforming)
    }
  })

  it.each([
    ['a comment in a value', plain(900, '1<!-- 2 -->3')],
    ['a reading in a comment', `<!-- ${plain(900, '1')} -->`],
    ['a comment that ends in a reading', `<!-- ><IntervalReading> --><value>1</value></IntervalReading>`],
    ['a reading in CDATA', `<![CDATA[>${plain(900, '1')}]]>`],
    ['a reading in a processing instruction', `<?x >${plain(900, '1')}?>`],
    ['a reading in an attribute', `<x:a b=">${plain(900, '1').replaceAll('<', '&lt;')}"/>`],
    ['a reading in a reading', `<IntervalReading>${plain(900, '1')}<value>2</value></IntervalReading>`],
    ['a reading in an unknown element', `<extension>${plain(900, '1')}</extension>`],
    ['a reading in the interval', `<interval>${plain(900, '1')}</interval>`],
    ['CDATA', plain(900, '<![CDATA[1]]>')],
    ['a character reference', plain(900, '&#49;')],
    ['a plus sign', plain(900, '+1')],
    ['an exponent', plain(900, '1e3')],
    ['blanks', plain(900, ' \n 1\t')],
    ['two numbers', plain(900, '1 2')],
    ['no number', plain(900, '')],
    ['a sign alone', plain(900, '-')],
    ['sixteen digits', plain(900, '1234567890123456')],
    ['thirty digits', plain(900, '-123456789012345678901234567890')],
    ['minus nothing', plain(900, '-0')],
    ['leading zeros', plain(900, '000000000012')],
    ['more zeros than digits fit', plain(900, '00000000000000000012')],
    ['an attribute', plain(900, '1').replace('<value>', '<value a="b">')],
    ['a blank in a tag', plain(900, '1').replace('<value>', '<value >').replace('</value>', '</value\n>')],
    ['a namespace on the reading', plain(900, '1').replace('Reading>', 'Reading xmlns="urn:x">')],
    ['a foreign prefix', plain(900, '1').replaceAll('<', '<x:').replaceAll('<x:/', '</x:')],
    ['a declared prefix', plain(900, '1').replaceAll('<', '<e:').replaceAll('<e:/', '</e:')],
    ['an undeclared prefix', plain(900, '1').replaceAll('<', '<q:').replaceAll('<q:/', '</q:')],
    ['a change of prefix', plain(900, '1').replace('<value>', '<e:value>').replace('</value>', '</e:value>')],
    ['a foreign value', plain(900, '1</value><x:value>2</x:value><value>3')],
    ['an unknown element', plain(900, '1</value><odd>2</odd><value>3')],
    ['a value twice', plain(900, '1</value><value>2')],
    ['an extension', plain(900, '1</value><extension>2</extension><value>1')],
    ['an extension without content', plain(900, '1</value><extension/><value>1')],
    ['an extension in the time', plain(900, '1').replace('<start>', '<extension>a</extension><start>')],
    ['an extension between readings', `<extension>${plain(900, '1')}</extension>${plain(900, '2')}`],
    [
      'batchItemInfo and a name',
      `<name>a</name><batchItemInfo><name>b</name></batchItemInfo>${plain(900, '2')}`,
    ],
    ['an interval told twice', '<interval><start>1</start><start>2</start></interval>'],
    ['a value outside', `<value>7</value>${plain(900, '1')}`],
    ['text between readings', `${plain(900, '1')} 5 ${plain(1800, '2')}`],
    [
      'two qualities',
      plain(
        900,
        '1</value><ReadingQuality><quality>1</quality></ReadingQuality><ReadingQuality><quality>2</quality></ReadingQuality><value>3',
      ),
    ],
    ['empty elements', plain(900, '1</value><cost/><tou></tou><ReadingQuality/><value>3')],
    ['a huge code', plain(900, '1</value><tou>2147483648</tou><cpp>1</cpp><x:a/><value>3')],
    ['a negative start', plain(-900, '1')],
    ['milliseconds', plain(1772953200000, '1')],
    ['no start', plain(900, '1').replace('<start>900</start>', '')],
    ['no value', plain(900, '1').replace('<value>1</value>', '')],
    ['a letter beyond ASCII', `${plain(900, '1')}é${plain(1800, '2')}`],
    ['line ends of Windows', plain(900, '1').replaceAll('\n', '\r\n')],
    ['line ends of old', plain(900, '1').replaceAll('\n', '\r')],
    ['an end tag that fits nothing', plain(900, '1').replace('</value>', '</cost>')],
    ['a tag cut off', plain(900, '1').replace('</value>', '</value')],
    ['an entity nobody declared', plain(900, '&x;')],
    ['a control character', plain(900, '1\u0001')],
  ])('read the same or refuse the same at the same line: %s', async (_name, odd) => {
    const usual = [plain(0, '5'), plain(900, '6')].join('')
    for (const block of [odd, usual + odd + usual, odd + odd + odd]) {
      for (const size of [undefined, 1, 13]) await expectSame(feedWith(block), size)
    }
    await expectSame(feedWith(usual + odd, 'xmlns="urn:other"'))
    await expectSame(feedWith(usual + odd, ''))
  })

  it('name the line of a fault behind readings', async () => {
    const text = feedWith(`${plain(0, '5').repeat(100)}\n<value></cost>`)
    await expect(read(text)).rejects.toThrow('line 403')
    await expectSame(text)
  })

  it('refuse every truncation', async () => {
    const text = feedWith([plain(0, '5'), plain(900, '6'), plain(1800, '7')].join(''))
    for (let length = 0; length < text.length; length++) {
      const cut = text.slice(0, length)
      await expect(read(cut), `cut at ${length}`).rejects.toThrow(MalformedFeedError)
      await expectSame(cut)
    }
  })

  it('read the same in UTF-16 and ISO-8859-1, of which the first has no layouts', async () => {
    const text = feedWith(plain(0, '5').repeat(3))
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])
    const latin1 = Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?><!-- é -->${text}`, 'latin1')
    for (const bytes of [utf16, latin1]) {
      await expectSame(bytes)
      expect((await read(bytes)).readings.length).toBe(3)
    }
  })

  it('leave to the conforming parser what is around them, and an odd reading, and nothing else', () => {
    const handedOn: string[] = []
    const readings = new Readings()
    const block = { type: 'intervalBlock', name: 'IntervalBlock', from: 0, to: 0, faults: [] } as const
    const open = { block: { ...block, start: undefined, duration: undefined, faults: [] }, readings }
    let lines = 0
    const scanner = new BlockScanner({
      write: (bytes) => handedOn.push(Buffer.from(bytes).toString()),
      openBlock: () => ({ ...open, accepts: () => true, tag: undefined }),
      nextBlock: () => ({ ...open, accepts: () => true, tag: undefined }),
      skipLines: (skipped) => {
        lines += skipped
      },
    })
    scanner.write(
      Buffer.from(`<b>${plain(0, '5')}${plain(900, '-6')}${plain(900, '+7')}${plain(900, '8')}</b>`),
    )
    scanner.finish()
    expect(handedOn.join('').replace(/\s+/g, '')).toBe(`<b>${plain(900, '+7').replace(/\s+/g, '')}</b>`)
    expect([readings.length, readings.value(1), open.block.to, lines]).toEqual([3, -6n, 3, 12])
  })

  it.each([
    ['names without tags', ':IntervalReading'.repeat(100_000)],
    ['tags without end', '<!-- ><IntervalReading>'.repeat(50_000)],
    ['odd readings', `<IntervalReading><value a="">1</value></IntervalReading>`.repeat(20_000)],
  ])('take no longer than the bytes ask for: %s', async (_name, block) => {
    const started = performance.now()
    await outcome(feedWith(block), true)
    expect(performance.now() - started).toBeLessThan(5_000)
  })

  it('stay within memory for a block of any length', async () => {
    const block = plain(0, '5').repeat(20_000)
    expect((await read(feedWith(block))).readings.length).toBe(20_000)
  })
})

const NAMES = [
  'value',
  'cost',
  'tou',
  'consumptionTier',
  'cpp',
  'quality',
  'start',
  'duration',
  'timePeriod',
  'ReadingQuality',
  'odd',
  'extension',
]
const blank = fc.constantFrom('', '', '', ' ', '\n', '\r\n  ', '\t')
const number = fc.oneof(
  fc.integer().map(String),
  fc.bigInt().map(String),
  fc.constantFrom(
    '',
    '-',
    '+1',
    '1.5',
    '1e3',
    ' 7 ',
    '007',
    '-0',
    '&#49;',
    '<![CDATA[8]]>',
    '1<!-- -->2',
    '९',
    '2147483648',
  ),
)
const prefix = fc.constantFrom('', '', '', 'e:', 'x:', 'q:')

interface Node {
  name: string
  attribute: string
  children: (Node | string)[]
}

const leaf = fc.record({
  name: fc.constantFrom(...NAMES),
  attribute: fc.constantFrom('', '', '', '', ' ', ' a="1"', ' xmlns="urn:y"'),
  children: number.map((text): (Node | string)[] => [text]),
})
const element = fc.oneof(
  { weight: 5, arbitrary: leaf },
  {
    weight: 2,
    arbitrary: fc.record({
      name: fc.constantFrom('timePeriod', 'ReadingQuality', 'odd', 'IntervalReading'),
      attribute: fc.constant(''),
      children: fc.array(leaf, { maxLength: 3 }) as fc.Arbitrary<(Node | string)[]>,
    }),
  },
)
const oddReading = fc
  .record({ prefix, children: fc.array(fc.oneof(element, blank), { maxLength: 6 }) })
  .map(({ prefix: own, children }) => written(node('IntervalReading', children), own))

function written(node: Node | string, own: string): string {
  if (typeof node === 'string') return node
  const name = `${own}${node.name}`
  return `<${name}${node.attribute}>${node.children.map((child) => written(child, own)).join('')}</${name}>`
}

const usualReading = fc
  .tuple(prefix, fc.integer({ min: 0, max: 2 ** 31 }), fc.integer(), fc.option(fc.nat(20)))
  .map(([own, start, value, quality]) => {
    const quoted = quality === null ? [] : [node('ReadingQuality', [node('quality', [String(quality)])])]
    const time = [node('duration', ['900']), node('start', [String(start)])]
    const children = [...quoted, node('timePeriod', time), node('value', [String(value)])]
    return written(node('IntervalReading', children), own)
  })

function node(name: string, children: (Node | string)[]): Node {
  return { name, attribute: '', children }
}

const between = fc.oneof(
  { weight: 6, arbitrary: blank },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '<!-- <IntervalReading> -->',
      '<![CDATA[</IntervalReading>]]>',
      '<?p <IntervalReading>?>',
      '<interval><start>1</start></interval>',
      'text',
      '</IntervalBlock><IntervalBlock>',
    ),
  },
)

describe('any block', () => {
  it('is read alike by layout and by the conforming parser alone', async () => {
    const block = fc
      .array(
        fc.tuple(
          fc.oneof({ weight: 3, arbitrary: usualReading }, { weight: 1, arbitrary: oddReading }),
          between,
        ),
        {
          maxLength: 12,
        },
      )
      .map((parts) => parts.flat().join(''))
    await fc.assert(
      fc.asyncProperty(
        block,
        fc.option(fc.integer({ min: 1, max: 400 }), { nil: undefined }),
        async (text, size) => {
          await expectSame(feedWith(text), size)
        },
      ),
      { numRuns: 1000 },
    )
  })
})

interface Told {
  tag: string
  attribute: string
  interval: string
  readings: string
}

const toBlock = ({ tag, attribute, interval, readings }: Told): string =>
  `<${tag}${attribute}>\n ${interval}${readings}\n</${tag}>\n`

const usualInterval = (own: string, start: number): string =>
  `<${own}interval><${own}duration>900</${own}duration><${own}start>${start}</${own}start></${own}interval>`

/** Blocks of one reading each, in the words of most custodians. */
function singles(own: string, attribute = ''): string[] {
  return [0, 900, 1800, 2700].map((start) =>
    toBlock({
      tag: `${own}IntervalBlock`,
      attribute,
      interval: usualInterval(own, start),
      readings: plain(start, '7')
        .replaceAll('</', '</@')
        .replaceAll(/<(?!\/)/g, `<${own}`)
        .replaceAll('</@', `</${own}`),
    }),
  )
}

const entryOf = (content: string, attributes = ''): string =>
  `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:e="http://naesb.org/espi" xmlns:x="urn:other">
<entry${attributes}><id>1</id><content>${content}</content><updated>2026-01-01T00:00:00Z</updated></entry></feed>`

describe('blocks that follow each other', () => {
  const ESPI = ' xmlns="http://naesb.org/espi"'

  it.each([
    ['with a prefix', singles('e:')],
    ['with a namespace each', singles('', ESPI)],
    ['without a namespace', singles('')],
    ['of a foreign namespace', singles('x:')],
    [
      'of which the second has an attribute',
      singles('e:').map((block, at) => (at === 1 ? block.replace('Block>', 'Block a="b">') : block)),
    ],
    ['of which the first alone has a namespace', [...singles('', ESPI).slice(0, 1), ...singles('')]],
    ['of which the last has another namespace', [...singles('', ESPI), ...singles('', ' xmlns="urn:other"')]],
    ['of which one changes the prefix', [...singles('e:'), ...singles('', ESPI), ...singles('e:')]],
    [
      'of which one has no interval',
      singles('e:').map((block, at) =>
        at === 2 ? block.replace(/<e:interval>.*<\/e:interval>/, '') : block,
      ),
    ],
    [
      'of which one has two intervals',
      singles('e:').map((block, at) =>
        at === 2
          ? block.replace(
              /(<e:interval>.*<\/e:interval>)/,
              '$1$1<e:interval><e:start>5</e:start></e:interval>',
            )
          : block,
      ),
    ],
    [
      'of which one has a start alone',
      singles('e:').map((block) => block.replace('<e:duration>900</e:duration><e:start>', '<e:start>')),
    ],
    [
      'of which one has a start twice',
      singles('e:').map((block) =>
        block.replace('<e:duration>900</e:duration><e:start>', '<e:start>8</e:start><e:start>'),
      ),
    ],
    [
      'whose start comes first',
      singles('e:').map((block) =>
        block.replace(/(<e:duration>900<\/e:duration>)(<e:start>\d+<\/e:start>)/, '$2$1'),
      ),
    ],
    ['that begin before 1970', singles('e:').map((block) => block.replace('<e:start>', '<e:start>-'))],
    [
      'that begin in milliseconds',
      singles('e:').map((block) => block.replace(/<e:start>(\d+)/, '<e:start>1772953$1200')),
    ],
    [
      'that are empty',
      singles('e:').map((block, at) =>
        at % 2 ? block.replace(/<e:IntervalReading>.*<\/e:IntervalReading>/s, '') : block,
      ),
    ],
    ['with text between', singles('e:').map((block) => `${block} 5 `)],
    [
      'with text behind the readings',
      singles('e:').map((block) => block.replace('</e:IntervalBlock>', '9</e:IntervalBlock>')),
    ],
    ['with a comment between', singles('e:').map((block) => `${block}<!-- x -->`)],
    [
      'with an odd reading',
      singles('e:').map((block, at) => (at === 2 ? block.replace('>7<', '>+7<') : block)),
    ],
    ['with another payload between', singles('e:').flatMap((block) => [block, '<e:MeterReading/>'])],
    ['with line ends of Windows', singles('e:').map((block) => block.replaceAll('\n', '\r\n'))],
  ])('are read alike by layout and by the conforming parser alone: %s', async (_name, blocks) => {
    for (const size of [undefined, 1, 13, 250]) {
      await expectSame(entryOf(blocks.join('')), size)
      await expectSame(entryOf(blocks.join(''), ESPI), size)
      await expectSame(`<feed xmlns:e="http://naesb.org/espi">${blocks.join('')}</feed>`, size)
      await expectSame(entryOf(blocks.join('</content></entry><entry><content>')), size)
      await expectSame(`${entryOf(blocks.join(''))}${entryOf(blocks.join(''))}`, size)
    }
  })

  it('refuse every truncation, and a fault behind them at the same line', async () => {
    const text = entryOf(singles('e:').join(''))
    for (let length = 0; length < text.length; length++) await expectSame(text.slice(0, length))
    await expectSame(entryOf(`${singles('e:').join('')}<value></cost>`))
  })

  it('are counted as the conforming parser counts what stands around blocks', async () => {
    const text = entryOf(singles('e:').join('').repeat(300))
    for (const characters of [1000, 10_000, 20_000, 30_000, 40_000]) {
      const limits = { other: { characters, elements: 1000 } }
      const [fast, conforming] = [true, false].map((way) =>
        read(text, { fast: way, limits }).then(everythingOf, String),
      )
      expect(await fast).toBe(await conforming)
    }
  })

  it('of any kind are read alike', async () => {
    const own = fc.constantFrom('e:', 'e:', 'e:', '', 'x:')
    const told = fc
      .tuple(
        own,
        fc.constantFrom('', '', '', ESPI),
        fc.option(fc.integer({ min: -5, max: 2 ** 31 })),
        fc.array(usualReading, { maxLength: 2 }),
        blank,
      )
      .map(([prefix, attribute, start, readings, space]) =>
        toBlock({
          tag: `${prefix}IntervalBlock`,
          attribute,
          interval: start === null ? '' : usualInterval(prefix, start),
          readings: `${space}${readings.join(space)}`,
        }),
      )
    await fc.assert(
      fc.asyncProperty(
        fc.array(told, { maxLength: 8 }),
        fc.option(fc.integer({ min: 1, max: 400 }), { nil: undefined }),
        fc.constantFrom('', ESPI),
        async (blocks, size, attributes) => {
          await expectSame(entryOf(blocks.join(''), attributes), size)
        },
      ),
      { numRuns: 500 },
    )
  })
})
