import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { MalformedFeedError } from '../../src/espi/errors.ts'
import type { EspiFeed } from '../../src/espi/model.ts'
import { entry, feedOf, read } from './build-feed.ts'

const ESPI = 'xmlns="http://naesb.org/espi"'
const ATOM = 'xmlns="http://www.w3.org/2005/Atom"'

/** Names of all payloads, entry by entry. */
function payloadsOf({ entries }: EspiFeed): string[][] {
  return entries.map(({ payloads }) => payloads.map(({ name }) => name))
}

const AUTHORIZATION = `<Authorization ${ESPI}><status>1</status><scope>FB=4_5</scope></Authorization>`
const APPLICATION = `<ApplicationInformation ${ESPI}><client_id>abc</client_id></ApplicationInformation>`
const SERVICE = `<ServiceStatus ${ESPI}><currentStatus>1</currentStatus></ServiceStatus>`
const BATCH = `<BatchList ${ESPI}><resources>https://utility.example/1</resources><resources>https://utility.example/2</resources></BatchList>`
const BATCH_BARE = BATCH.replace(` ${ESPI}`, '')
const POINT = `<UsagePoint ${ESPI}/>`

const KINDS = [
  ['Authorization', AUTHORIZATION],
  ['ApplicationInformation', APPLICATION],
  ['ServiceStatus', SERVICE],
  ['BatchList', BATCH],
  ['BatchList', BATCH_BARE],
  ['UsagePoint', POINT],
] as const

describe('the shapes of a document', () => {
  it.each(KINDS)('%s: bare, as an entry, in a feed, with any prefix', async (name, payload) => {
    const inEntry = `<entry><content>${payload}</content></entry>`
    const shapes = [
      payload,
      `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<!-- a comment -->\n${payload}\n`,
      inEntry.replace('<entry>', `<entry ${ATOM}>`),
      inEntry,
      `<feed ${ATOM}><id>urn:uuid:1</id><title/><updated>2026-01-01T00:00:00Z</updated>${inEntry}</feed>`,
      `<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:content type="application/xml">${payload}</a:content></a:entry></a:feed>`,
    ]
    for (const shape of shapes) expect(payloadsOf(await read(shape)), shape).toEqual([[name]])
  })

  it('BatchList keeps its resources in order, with a namespace or without (an asynchronous answer)', async () => {
    for (const text of [BATCH, BATCH_BARE]) {
      const [payload] = (await read(text)).entries[0]?.payloads ?? []
      expect(payload?.type === 'resource' && payload.element.children.map((child) => child.text)).toEqual([
        'https://utility.example/1',
        'https://utility.example/2',
      ])
    }
  })

  it('documents of all shapes, written one after the other', async () => {
    const documents = [
      feedOf([entry('/UsagePoint/1', '<UsagePoint/>')]),
      `<?xml version="1.0"?>${AUTHORIZATION}`,
      `<entry ${ATOM}><content>${SERVICE}</content></entry>`,
      `<?xml version="1.0"?>\n${BATCH_BARE}\n`,
    ]
    for (const between of ['', '\n', ' \r\n\t ']) {
      const text = documents.join(between)
      for (const size of [1, 3, 17, text.length]) {
        expect(payloadsOf(await read(text, {}, size))).toEqual([
          ['UsagePoint'],
          ['Authorization'],
          ['ServiceStatus'],
          ['BatchList'],
        ])
      }
    }
  })

  it('an empty feed has no entries and is no fault: a custodian without data sends it', async () => {
    expect((await read(`<feed ${ATOM}><title>Batch</title></feed>`)).entries).toEqual([])
  })
})

describe('charsets and compression', () => {
  const text = `<UsagePoint ${ESPI}><serviceDeliveryRemark>Überführung é</serviceDeliveryRemark></UsagePoint>`
  const utf16be = Buffer.from(text, 'utf16le').swap16()
  const ENCODED: readonly (readonly [string, Buffer])[] = [
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with BOM', Buffer.from(`\uFEFF${text}`)],
    ['UTF-8 with BOM and declaration', Buffer.from(`\uFEFF<?xml version="1.0" encoding="UTF-8"?>${text}`)],
    ['UTF-16 LE with BOM', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])],
    ['UTF-16 BE with BOM', Buffer.concat([Buffer.from([0xfe, 0xff]), utf16be])],
    ['UTF-16 LE without BOM', Buffer.from(text, 'utf16le')],
    ['UTF-16 BE without BOM', utf16be],
    ['ISO-8859-1', Buffer.from(`<?xml version='1.0' encoding='iso-8859-1'?>${text}`, 'latin1')],
    ['windows-1252', Buffer.from(`<?xml version="1.0" encoding="windows-1252"?>${text}`, 'latin1')],
  ]

  it.each(ENCODED)('%s, plain and gzip, byte by byte', async (_name, bytes) => {
    const packed = gzipSync(bytes)
    for (const given of [bytes, packed]) {
      for (const size of [1, 2, 5, given.length]) {
        const [payload] = (await read(given, {}, size)).entries[0]?.payloads ?? []
        expect(payload).toMatchObject({ element: { children: [{ text: 'Überführung é' }] } })
      }
    }
  })

  it('several gzip members, as appended files are, are one stream (RFC 1952 §2.2)', async () => {
    const [first, second] = [text.slice(0, 40), text.slice(40)].map((part) => gzipSync(part))
    const documents = Buffer.concat([gzipSync(SERVICE), gzipSync(`\n${POINT}`), gzipSync(BATCH)])
    for (const size of [1, 7, 1000]) {
      expect(payloadsOf(await read(Buffer.concat([first!, second!]), {}, size))).toEqual([['UsagePoint']])
      expect(payloadsOf(await read(documents, {}, size))).toEqual([
        ['ServiceStatus'],
        ['UsagePoint'],
        ['BatchList'],
      ])
    }
  })

  it('a gzip member cut short refuses the whole, whatever came before', async () => {
    const cut = Buffer.concat([gzipSync(SERVICE), gzipSync(POINT).subarray(0, -4)])
    await expect(read(cut)).rejects.toThrow('the gzip stream is damaged or cut short')
  })

  it.each([
    [
      'bytes that are no UTF-8',
      Buffer.from([...Buffer.from('<UsagePoint>'), 0xc3, 0x28]),
      'the text is not valid utf-8',
    ],
    [
      'an encoding nobody knows',
      Buffer.from('<?xml version="1.0" encoding="klingon"?><UsagePoint/>'),
      'unknown encoding',
    ],
  ])('refuses %s', async (_name, bytes, reason) => {
    await expect(read(bytes)).rejects.toThrow(reason)
  })

  it.each(['US-ASCII', 'utf-16', 'UTF-16LE'])(
    'a declaration of %s that cannot be true counts as UTF-8',
    async (encoding) => {
      const { entries } = await read(
        `<?xml version="1.0" encoding="${encoding}"?><UsagePoint><name>É</name></UsagePoint>`,
      )
      expect(entries[0]?.payloads).toMatchObject([{ element: { children: [{ text: 'É' }] } }])
    },
  )
})

describe('ESPI that stands where Atom has no place for it is read all the same', () => {
  const content = `<content>${POINT}</content>`
  const feed = (inner: string): string => `<feed ${ATOM}><id>urn:uuid:1</id>${inner}</feed>`
  it.each([
    ['entries in the namespace of ESPI', feed(`<entry ${ESPI}><id>urn:uuid:2</id>${content}</entry>`)],
    ['entries in a namespace of its own', feed(`<entry xmlns="urn:other">${content}</entry>`)],
    ['entries in a list', feed(`<entries><entry>${content}</entry></entries>`)],
    ['entries in another case', feed(`<Entry>${content}</Entry>`)],
    ['content without an entry', feed(content)],
    ['a payload without an entry', feed(POINT)],
    ['a payload without content', feed(`<entry>${POINT}</entry>`)],
  ])('%s', async (_name, text) => {
    for (const fast of [true, false]) {
      const whole = await read(text.replace('</feed>', `<entry>${content}</entry></feed>`), { fast })
      expect(payloadsOf(whole)).toEqual([['UsagePoint'], ['UsagePoint']])
    }
  })

  it('an unknown element of ESPI is kept, to be refused by name', async () => {
    expect(payloadsOf(await read(feed(`<espi:Tank xmlns:espi="http://naesb.org/espi"/>`)))).toEqual([
      ['Tank'],
    ])
  })

  it('comments and instructions behind the root are none of it', async () => {
    for (const end of ['<!-- made by hand -->', '<?page 1?>', '\n<!-- a --> <?b?>\n']) {
      for (const size of [1, 7, 1000])
        expect(payloadsOf(await read(`${POINT}${end}`, {}, size))).toEqual([['UsagePoint']])
      expect(payloadsOf(await read(`${POINT}${end}${POINT}`))).toEqual([['UsagePoint'], ['UsagePoint']])
    }
    await expect(read(`${POINT}behind`)).rejects.toThrow('not well-formed')
  })
})

describe('what is no feed is named as what it is', () => {
  const EMPTY = 'the document is empty: the utility sent no feed'
  const HTML = 'this is an HTML page, not a Green Button feed: perhaps a sign-in or error page'
  const UNCLOSED =
    'the XML is not well-formed: behind the tag in this line something is never closed, perhaps an & that is not written &amp;, a quote or a comment'
  const DISALLOWED = 'the XML is not well-formed: disallowed character.'
  const JSON_BODY = 'this is JSON, not a Green Button feed'
  const ANSWERS: readonly (readonly [string, string, string])[] = [
    ['an empty body', '', EMPTY],
    ['a blank body', ' \r\n\t\n', EMPTY],
    ['a BOM alone', '\uFEFF', EMPTY],
    ['an HTML page', '<!DOCTYPE html>\n<html lang="en"><body>Sign in<br></body></html>', HTML],
    ['an HTML page without doctype', '<HTML><head><title>502</title></head></HTML>', HTML],
    [
      'an XHTML page',
      '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd"><html xmlns="http://www.w3.org/1999/xhtml"/>',
      HTML,
    ],
    ['an HTML page behind an XML declaration', '<?xml version="1.0"?><html><body/></html>', HTML],
    ['an HTML page behind a comment', '<!-- proxy -->\n<!doctype HTML><html></html>', HTML],
    ['a JSON error', '{"error":"invalid_token","error_description":"expired"}', JSON_BODY],
    ['a JSON list', '\n [ ]', JSON_BODY],
    ['a line of text', 'Service temporarily unavailable', 'this is not XML'],
    ['an & that is not written &amp;', '<UsagePoint>\n<name>A & B</name></UsagePoint>', UNCLOSED],
    ['a quote that is never closed', '<UsagePoint>\n<name x="1>B</name></UsagePoint>', DISALLOWED],
    ['other XML', '<rss version="2.0"/>', 'the root element <rss> is neither Atom nor ESPI'],
    [
      'a SOAP fault',
      '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"/>',
      'the root element <Envelope> is neither Atom nor ESPI',
    ],
  ]

  it.each(ANSWERS)('%s', async (_name, body, reason) => {
    for (const size of [1, 4, 1000]) {
      const error = await read(body, {}, size).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(MalformedFeedError)
      expect((error as MalformedFeedError).reason).toBe(reason)
    }
  })

  it.each([
    ['a ZIP archive', 'PK\x03\x04', 'this is a ZIP archive: unpack it and name the files in it'],
    ['a PDF', '%PDF-1.7\n\x93', 'this is a PDF, not a Green Button feed'],
    ['a picture', '\x89PNG\r\n', 'this is a picture, not a Green Button feed'],
    ['UTF-32', '\xff\xfe\x00\x00<\x00\x00\x00', 'this is UTF-32: write it as UTF-8'],
  ])('%s', async (_name, bytes, reason) => {
    await expect(read(Buffer.from(bytes.padEnd(300), 'latin1'))).rejects.toThrow(reason)
  })

  it('a packed file that was packed again', async () => {
    await expect(read(gzipSync(gzipSync(POINT)))).rejects.toThrow('packed with gzip twice')
  })

  it('says where an & stands that is not written &amp;', async () => {
    const error = await read(`<feed ${ATOM}>\n<title>\nA & B</title>\n</feed>`).catch(
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({ line: 2 })
    await expect(read(`<feed ${ATOM}>\n<title>A & B</title><id>&amp;</id></feed>`)).rejects.toThrow(
      'Perhaps an & that is not written &amp; (line 2)',
    )
  })

  it.each(ANSWERS.slice(0, 9))('%s, gzip', async (_name, body, reason) => {
    await expect(read(gzipSync(body))).rejects.toThrow(reason)
  })
})

describe('limits and bombs', () => {
  const billion = `<!DOCTYPE feed [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><feed ${ATOM}><title>&b;</title></feed>`
  const external = `<!DOCTYPE feed [<!ENTITY x SYSTEM "file:///etc/passwd">]><feed ${ATOM}><title>&x;</title></feed>`
  it.each([
    ['entities that grow', billion],
    ['an entity that reads a file', external],
    ['a DOCTYPE behind the root', `<feed ${ATOM}/><!DOCTYPE feed [<!ENTITY a "b">]><feed ${ATOM}/>`],
  ])('refuses a DOCTYPE: %s', async (_name, text) => {
    await expect(read(text)).rejects.toThrow('DOCTYPE')
  })

  it('knows the five entities of XML, and no other', async () => {
    const texts = await read(`<UsagePoint><name>&lt;&gt;&amp;&quot;&apos;&#233;&#x20AC;</name></UsagePoint>`)
    const [payload] = texts.entries[0]?.payloads ?? []
    expect(payload).toMatchObject({ element: { children: [{ text: '<>&"\'é€' }] } })
    await expect(read('<UsagePoint><name>&nbsp;</name></UsagePoint>')).rejects.toThrow('not well-formed')
  })

  it('stops a gzip bomb at the limit of bytes', async () => {
    const bomb = gzipSync(`<UsagePoint>${' '.repeat(5_000_000)}</UsagePoint>`)
    expect(bomb.length).toBeLessThan(10_000)
    await expect(read(bomb, { limits: { bytes: 1_000_000 } })).rejects.toThrow(
      'the feed is larger than 1000000 bytes',
    )
  })

  const deep = (depth: number): string => `${'<a>'.repeat(depth)}${'</a>'.repeat(depth)}`
  it.each([
    ['depth', { depth: 10 }, `<UsagePoint>${deep(9)}</UsagePoint>`, `<UsagePoint>${deep(10)}</UsagePoint>`],
    [
      'entries',
      { entries: 2 },
      feedOf(['<entry/>', '<entry/>']),
      feedOf(['<entry/>', '<entry/>', '<entry/>']),
    ],
    [
      'text',
      { text: 50 },
      `<UsagePoint><name>${'x'.repeat(50)}</name></UsagePoint>`,
      `<UsagePoint><name>${'x'.repeat(51)}</name></UsagePoint>`,
    ],
    [
      'a comment',
      { text: 50 },
      '<UsagePoint><!-- short --></UsagePoint>',
      `<UsagePoint><!-- ${'x'.repeat(500)} --></UsagePoint>`,
    ],
    [
      'attributes',
      { text: 50 },
      '<UsagePoint a="1"/>',
      `<UsagePoint ${Array.from({ length: 100 }, (_, at) => `a${at}="1"`).join(' ')}/>`,
    ],
    ['bytes', { bytes: 13 }, '<UsagePoint/>', '<UsagePoint />'],
  ])('limits %s', async (_name, limits, within, beyond) => {
    expect((await read(within, { limits }, 8)).entries.length).toBeGreaterThan(0)
    await expect(read(beyond, { limits }, 8)).rejects.toThrow(MalformedFeedError)
  })
})

describe('a customer feed cut short', () => {
  const bytes = readFileSync('test/fixtures/espi/solar-customer.xml', 'utf8').trimEnd()
  it.each([
    ['in UTF-8', Buffer.from(bytes), 1],
    ['in UTF-16', Buffer.from(`\uFEFF${bytes}`, 'utf16le'), 7],
  ])('is refused wherever it ends, %s', async (_name, whole, step) => {
    expect((await read(whole)).entries.length).toBeGreaterThan(3)
    for (let length = 0; length < whole.length; length += step) {
      await expect(read(whole.subarray(0, length)), `cut at ${length}`).rejects.toThrow(MalformedFeedError)
    }
  })
})
