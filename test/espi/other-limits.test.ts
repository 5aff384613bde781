import { describe, expect, it } from 'vitest'
import { FeedTooLargeError } from '../../src/espi/errors.ts'
import { readFeed } from '../../src/espi/read-feed.ts'

const entry = (content: string, head = '') => `<entry><id>1</id>${head}<content>${content}</content></entry>`
const usagePoint = entry(
  '<UsagePoint xmlns="http://naesb.org/espi"><ServiceCategory><kind>0</kind></ServiceCategory></UsagePoint>',
)
const reading =
  '<IntervalReading><timePeriod><duration>3600</duration><start>0</start></timePeriod><value>1</value></IntervalReading>'
const block = (head = '', readings = 24) =>
  entry(`<IntervalBlock xmlns="http://naesb.org/espi">${reading.repeat(readings)}</IntervalBlock>`, head)
const feed = (entries: string) => `<feed xmlns="http://www.w3.org/2005/Atom">${entries}</feed>`

async function* chunks(text: string) {
  for (let at = 0; at < text.length; at += 1000) yield Buffer.from(text.slice(at, at + 1000))
}
const read = (text: string, other = { characters: 20_000, elements: 300 }, fast = true) =>
  readFeed(chunks(text), { limits: { other }, fast })

describe('what a feed holds beside its interval readings', () => {
  it('is bounded in characters, with the limit and the place in the error', async () => {
    const error = await read(feed(usagePoint.repeat(200)), { characters: 20_000, elements: 10_000 }).catch(
      (each) => each,
    )
    expect(error).toBeInstanceOf(FeedTooLargeError)
    expect(error.message).toMatch(/takes more than 20000 characters; split it.* \(line 1, entry 1\d\d\)$/)
  })

  it.each([
    ['entries', usagePoint.repeat(200)],
    ['empty entries', '<entry/>'.repeat(400)],
    [
      'a single payload',
      entry(`<UsagePoint xmlns="http://naesb.org/espi">${'<a/>'.repeat(400)}</UsagePoint>`),
    ],
    ['payloads beside a block', block().replace('</content>', `${'<UsagePoint/>'.repeat(400)}</content>`)],
  ])('is bounded in elements: %s', async (_, entries) => {
    await expect(read(feed(entries), { characters: 10_000_000, elements: 300 })).rejects.toThrow(
      '300 elements',
    )
  })

  it('is bounded within one entry, before it ends', async () => {
    const open = `<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>x</title>${'<link rel="related" href="https://a.example/1"/>'.repeat(1000)}`
    await expect(read(open)).rejects.toBeInstanceOf(FeedTooLargeError)
  })

  it('counts links of an entry with a block that no envelope has', async () => {
    const links = '<link rel="related" href="https://a.example/1"/>'.repeat(60)
    await expect(read(feed(block(links).repeat(30)))).rejects.toBeInstanceOf(FeedTooLargeError)
  })

  it('counts over documents that follow each other', async () => {
    await expect(
      read(feed(usagePoint.repeat(60)).repeat(3), { characters: 20_000, elements: 10_000 }),
    ).rejects.toThrow('20000 characters')
  })

  it.each([true, false])('leaves blocks alone, however many (scanned: %s)', async (fast) => {
    const { entries, readings } = await read(feed(usagePoint + block().repeat(1000)), undefined, fast)
    expect([entries.length, readings.length]).toEqual([1001, 24_000])
  })
})
