import { describe, expect, it } from 'vitest'
import { readAuthorization } from '../../src/espi/read-authorization.ts'

async function* chunked(text: string, size = 7): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text)
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size)
}

const authorization = (prefix: string, uri: string) => `<${prefix}Authorization>
  <${prefix}authorizedPeriod><${prefix}start>0</${prefix}start></${prefix}authorizedPeriod>
  <${prefix}status>1</${prefix}status>
  <${prefix}scope>FB=4_5_46;HistoryLength=63072000</${prefix}scope>
  <${prefix}resourceURI>${uri}</${prefix}resourceURI>
  <${prefix}customerResourceURI></${prefix}customerResourceURI>
</${prefix}Authorization>`

const expected = {
  status: '1',
  scope: 'FB=4_5_46;HistoryLength=63072000',
  resourceUri: 'https://data.example/7?a=1&b=2',
  customerResourceUri: undefined,
}
const uri = 'https://data.example/7?a=1&amp;b=2'

describe('readAuthorization', () => {
  it.each([
    ['bare, no namespace', authorization('', uri)],
    [
      'an entry, prefixed',
      `<entry xmlns="a" xmlns:n="b"><content>${authorization('n:', uri)}</content></entry>`,
    ],
    [
      'a feed of two, the first',
      `<feed xmlns:n="b"><entry>${authorization('n:', uri)}</entry><entry>${authorization('n:', 'x')}</entry></feed>`,
    ],
    ['a URI with blanks around it', authorization('', `\n  ${uri}\t`)],
  ])('reads %s', async (_, xml) => {
    expect(await readAuthorization(chunked(xml))).toEqual(expected)
  })

  it.each([
    ['a cut document', authorization('', uri).slice(0, -5)],
    ['a document without an Authorization', '<feed/>'],
    ['a DOCTYPE', `<!DOCTYPE x [<!ENTITY a "b">]>${authorization('', '&a;')}`],
    ['an empty body', ''],
    ['JSON', '{}'],
  ])('refuses %s', async (_, xml) => {
    await expect(readAuthorization(chunked(xml, 4096))).rejects.toMatchObject({ name: 'MalformedFeedError' })
  })

  it('refuses a document without end as too large', async () => {
    const xml = `<a>${'x'.repeat(300_000)}</a>`
    await expect(readAuthorization(chunked(xml, 4096))).rejects.toMatchObject({ name: 'FeedTooLargeError' })
  })
})
