import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { totalOf } from '../../src/sandbox/customers/blocks.ts'
import { usagePointsOf } from '../../src/sandbox/customers/model.ts'
import { epochToDatetime } from '../../src/shared/clock.ts'
import { type DialectName, get, requestToken, startTestSandbox, textsOf, tokensOf } from './support.ts'

let sandbox: Awaited<ReturnType<typeof startTestSandbox>>
beforeAll(async () => {
  sandbox = await startTestSandbox()
})
afterAll(() => sandbox.close())

async function feedOf(dialect: DialectName, username: string, query = ''): Promise<string> {
  const { access_token, resourceURI } = await tokensOf(sandbox, dialect, username)
  return await (await get(resourceURI + query, access_token)).text()
}

function sumOf(values: string[]): bigint {
  return values.reduce((sum, value) => sum + BigInt(value), 0n)
}

/** The entries of a feed by the name of their resource. */
function entriesOf(feed: string, resource: string): string[] {
  return feed
    .split('<entry>')
    .slice(1)
    .filter((entry) => entry.includes(`<title>${resource}</title>`))
}

const dialects = ['openespi', 'utilityapi'] as const

describe.each(dialects)('Batch/Subscription (%s dialect)', (dialect) => {
  it.each(['house', 'solar', 'flat', 'farm', 'business'])(
    'of %s totals what was generated',
    async (username) => {
      const { calendar, history, customers } = sandbox.territory()
      const customer = customers.find((one) => one.username === username)!
      const feed = await feedOf(dialect, username)
      const values = entriesOf(feed, 'IntervalBlock').flatMap((entry) => textsOf(entry, 'value'))
      const generated = usagePointsOf(customer).flatMap(({ channels }) =>
        channels.map((channel) => totalOf(channel, history, calendar)),
      )
      expect(sumOf(values)).toBe(generated.reduce((sum, total) => sum + total, 0n))
    },
  )

  it('has summaries whose consumption is the sum of the readings in their period', async () => {
    const feed = await feedOf(dialect, 'flat')
    const readings = entriesOf(feed, 'IntervalBlock').flatMap((entry) => {
      const values = textsOf(entry, 'value')
      return [...entry.matchAll(/<timePeriod>.*?<start>(\d+)</g)].map(([, start], index) => ({
        start: Number(start),
        value: BigInt(values[index]!),
      }))
    })
    const summaries = entriesOf(feed, 'UsageSummary')
    expect(summaries).toHaveLength(23)
    for (const summary of summaries) {
      const [, duration, start] = /<billingPeriod><duration>(\d+)<\/duration><start>(\d+)</.exec(summary)!
      const inside = readings.filter(
        (one) => one.start >= Number(start) && one.start < Number(start) + Number(duration),
      )
      const said = /<overallConsumptionLastPeriod>.*?<value>(\d+)</.exec(summary)![1]
      expect(inside.reduce((sum, { value }) => sum + value, 0n)).toBe(BigInt(said!))
    }
  })

  it('links every entry to itself and up, each self only once', async () => {
    const feed = await feedOf(dialect, 'farm')
    const entries = feed.split('<entry>').slice(1)
    const selves = entries.map((entry) => /rel="self" href="([^"]+)"/.exec(entry)![1])
    expect(new Set(selves).size).toBe(entries.length)
    expect(entries.every((entry) => entry.includes('rel="up"'))).toBe(true)
    const ids = entries.map((entry) => textsOf(entry, 'id')[0])
    expect(new Set(ids).size).toBe(entries.length)
  })

  it('reaches back as far as HistoryLength, to whole local days', async () => {
    const { access_token, resourceURI } = await tokensOf(sandbox, dialect, 'flat', {
      scope: `FB=4_10_46;HistoryLength=${10 * 86_400}`,
    })
    const feed = await (await get(resourceURI, access_token)).text()
    expect(entriesOf(feed, 'IntervalBlock').flatMap((entry) => textsOf(entry, 'value'))).toHaveLength(10)
  })

  it.each([
    'published-min=2026-11-01',
    'published-min=2026-11-01T00:00:00.000Z',
    'published-max=2026-11-01T00:00:00%2B00:00',
    'updated-min=yesterday',
    'max-results=many',
  ])('answers 400 to %s', async (query) => {
    const { access_token, resourceURI } = await tokensOf(sandbox, dialect, 'flat')
    expect((await get(`${resourceURI}?${query}`, access_token)).status).toBe(400)
  })
})

describe('the two dialects', () => {
  it('OpenESPI: one MeterReading a channel, one block an entry, children named by their collection', async () => {
    const feed = await feedOf('openespi', 'solar')
    expect(entriesOf(feed, 'MeterReading')).toHaveLength(2)
    expect(entriesOf(feed, 'IntervalBlock')).toHaveLength(2 * 730)
    expect(feed).not.toContain('<content type=')
    const related = /rel="related" href="([^"]+)" type="espi-feed\/IntervalBlock"/.exec(feed)![1]
    expect(entriesOf(feed, 'IntervalBlock')[0]).toContain(`rel="up" href="${related}"`)
  })

  it('UtilityAPI: one MeterReading a month, its days in one content of type atom+xml', async () => {
    const feed = await feedOf('utilityapi', 'solar')
    expect(entriesOf(feed, 'MeterReading')).toHaveLength(2 * 25)
    const blocks = entriesOf(feed, 'IntervalBlock')
    expect(blocks).toHaveLength(2 * 25)
    expect(blocks[1]!.match(/<IntervalBlock /g)).toHaveLength(31)
    expect(feed.match(/<content>/g)).toBeNull()
    expect(feed).toContain('<ServiceDeliveryPoint>')
  })

  it('name the usage point in the retail customer feed: by relative path, or with blanks around it', async () => {
    const uris = await Promise.all(
      dialects.map(async (dialect) => {
        const { access_token, customerResourceURI } = await tokensOf(sandbox, dialect, 'flat')
        const feed = await (await get(customerResourceURI, access_token)).text()
        return textsOf(feed, 'UsagePoint')[0]!
      }),
    )
    expect(uris[0]).toMatch(/^\/openespi\/espi\/1_1\/resource\/Subscription\/\d+\/UsagePoint\/73100311$/)
    expect(uris[1]).toMatch(/^\s+http:\/\/\S+\/UsagePoint\/73100311\s+$/)
  })
})

describe('published-min and published-max', () => {
  const query = '?published-min=2026-11-02T05:00:00Z&published-max=2026-11-05T05:00:00Z'

  it('give blocks wholly inside, and no usage point (OpenESPI)', async () => {
    const feed = await feedOf('openespi', 'house', query)
    expect(entriesOf(feed, 'IntervalBlock')).toHaveLength(3)
    expect(entriesOf(feed, 'UsagePoint')).toHaveLength(0)
    expect(entriesOf(feed, 'ReadingType')).toHaveLength(0)
  })

  it('leave out a block that reaches beyond the window by a second (OpenESPI)', async () => {
    const feed = await feedOf('openespi', 'house', query.replace('11-02T05:00:00Z', '11-02T05:00:01Z'))
    expect(entriesOf(feed, 'IntervalBlock')).toHaveLength(2)
  })

  it('lose nothing when they follow one another at local midnights (OpenESPI)', async () => {
    const { access_token, resourceURI } = await tokensOf(sandbox, 'openespi', 'farm')
    const { calendar, history } = sandbox.territory()
    const values: string[] = []
    for (let day = calendar.dayOf(history.from); day.start < history.to; day = calendar.plusDays(day, 92)) {
      const to = Math.min(calendar.plusDays(day, 92).start, history.to)
      const query = `?published-min=${epochToDatetime(day.start)}&published-max=${epochToDatetime(to)}`
      const feed = await (await get(resourceURI + query, access_token)).text()
      values.push(...entriesOf(feed, 'IntervalBlock').flatMap((entry) => textsOf(entry, 'value')))
    }
    const all = await (await get(resourceURI, access_token)).text()
    expect(values).toHaveLength(730 * 25)
    expect(sumOf(values)).toBe(
      sumOf(entriesOf(all, 'IntervalBlock').flatMap((entry) => textsOf(entry, 'value'))),
    )
  })

  it('give the months they touch with their usage point (UtilityAPI)', async () => {
    const feed = await feedOf('utilityapi', 'house', query)
    expect(entriesOf(feed, 'IntervalBlock')).toHaveLength(1)
    expect(entriesOf(feed, 'UsagePoint')).toHaveLength(1)
    expect(entriesOf(feed, 'ReadingType')).toHaveLength(1)
  })

  it('start-index and max-results count entries', async () => {
    const { access_token, resourceURI } = await tokensOf(sandbox, 'openespi', 'flat')
    const all = await (await get(resourceURI, access_token)).text()
    const some = await (await get(`${resourceURI}?start-index=3&max-results=2`, access_token)).text()
    const selves = (feed: string) =>
      feed
        .split('<entry>')
        .slice(1)
        .map((entry) => /href="([^"]+)"/.exec(entry)![1])
    expect(selves(some)).toEqual(selves(all).slice(2, 4))
  })
})

describe('single resources', () => {
  it('are found under the URI that the feed gives them', async () => {
    const { access_token, resourceURI } = await tokensOf(sandbox, 'openespi', 'flat')
    const feed = await (await get(resourceURI, access_token)).text()
    for (const resource of [
      'UsagePoint',
      'MeterReading',
      'ReadingType',
      'IntervalBlock',
      'UsageSummary',
      'LocalTimeParameters',
    ]) {
      const entry = entriesOf(feed, resource).at(-1)!
      const self = /rel="self" href="([^"]+)"/.exec(entry)![1]!
      const alone = await (await get(self, access_token)).text()
      expect(textsOf(alone, 'id')).toEqual(textsOf(entry, 'id'))
      expect(alone).toContain(/<content>[\s\S]*<\/content>/.exec(entry)![0])
      const up = /rel="up" href="([^"]+)"/.exec(entry)![1]!
      const collection = await (await get(up, access_token)).text()
      expect(collection, up).toContain(textsOf(entry, 'id')[0])
    }
  })

  it('of one usage point come as a batch', async () => {
    const { access_token, resourceURI } = await tokensOf(sandbox, 'openespi', 'farm')
    const feed = await (await get(`${resourceURI}/UsagePoint/73100411`, access_token)).text()
    expect(entriesOf(feed, 'UsagePoint')).toHaveLength(1)
    expect(entriesOf(feed, 'IntervalBlock')).toHaveLength(730)
    expect((await get(`${resourceURI}/UsagePoint/1`, access_token)).status).toBe(404)
  })
})

describe('tokens open only what is theirs', () => {
  const resources = () => `${sandbox.url}/openespi/espi/1_1/resource`
  const clientToken = async () => {
    const response = await requestToken(sandbox, 'openespi', {
      grant_type: 'client_credentials',
      scope: 'FB=34_35',
    })
    return ((await response.json()) as { access_token: string }).access_token
  }

  it('401 without a token and with an unknown one', async () => {
    const { resourceURI } = await tokensOf(sandbox, 'openespi', 'flat')
    const bare = await fetch(resourceURI)
    expect([bare.status, bare.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    expect((await get(resourceURI, 'unknown')).status).toBe(401)
  })

  it('403 for the retail customer without Function Block 46 or 51', async () => {
    const { access_token, customerResourceURI } = await tokensOf(sandbox, 'openespi', 'flat', {
      scope: 'FB=4_10_16',
    })
    expect(customerResourceURI).toBeUndefined()
    expect((await get(`${resources()}/Batch/RetailCustomer/90003`, access_token)).status).toBe(403)
  })

  it("403 for another customer's subscription, 401 at the other dialect", async () => {
    const flat = await tokensOf(sandbox, 'openespi', 'flat')
    const house = await tokensOf(sandbox, 'openespi', 'house')
    expect((await get(house.resourceURI, flat.access_token)).status).toBe(403)
    expect((await get(house.customerResourceURI, flat.access_token)).status).toBe(403)
    expect((await get(house.authorizationURI, flat.access_token)).status).toBe(403)
    const other = house.resourceURI.replace('/openespi/', '/DataCustodian/')
    expect((await get(other, house.access_token)).status).toBe(401)
  })

  it('the client token opens status, registration and the list of authorizations, but no usage', async () => {
    const token = await clientToken()
    const { resourceURI, authorizationURI } = await tokensOf(sandbox, 'openespi', 'flat')
    expect(
      textsOf(await (await get(`${resources()}/ReadServiceStatus`, token)).text(), 'currentStatus'),
    ).toEqual(['1'])
    const application = await (await get(`${resources()}/ApplicationInformation/tp-openespi`, token)).text()
    expect(textsOf(application, 'client_id')).toEqual(['tp-openespi'])
    expect(application).not.toContain('a secret')
    expect(await (await get(`${resources()}/Authorization`, token)).text()).toContain(authorizationURI)
    expect((await get(resourceURI, token)).status).toBe(403)
  })

  it("a customer's token reads its own Authorization, not the list", async () => {
    const { access_token, authorizationURI, resourceURI } = await tokensOf(sandbox, 'openespi', 'flat')
    const entry = await (await get(authorizationURI, access_token)).text()
    expect(textsOf(entry, 'status')).toEqual(['1'])
    expect(textsOf(entry, 'resourceURI')).toEqual([resourceURI])
    expect((await get(`${resources()}/Authorization`, access_token)).status).toBe(403)
  })

  it('the Authorization of a customer who withdrew has status 0', async () => {
    const { authorizationURI } = await tokensOf(sandbox, 'openespi', 'flat')
    sandbox.authorizations.revoke(authorizationURI.split('/').at(-1)!)
    const entry = await (await get(authorizationURI, await clientToken())).text()
    expect(textsOf(entry, 'status')).toEqual(['0'])
  })
})

describe('a feed of two years', () => {
  it('is never held as a whole', async () => {
    const { access_token, resourceURI } = await tokensOf(sandbox, 'openespi', 'business')
    const before = process.memoryUsage().rss
    let peak = before
    let bytes = 0
    const response = await get(resourceURI, access_token)
    for await (const chunk of response.body!) {
      bytes += chunk.length
      peak = Math.max(peak, process.memoryUsage().rss)
    }
    expect(bytes).toBeGreaterThan(50_000_000)
    expect(peak - before).toBeLessThan(bytes * 2)
  })
})
