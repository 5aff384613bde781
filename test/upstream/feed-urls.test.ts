import { describe, expect, it } from 'vitest'
import { usageFeedUrl, usagePointsUrl, usagePointUrl } from '../../src/upstream/feed-urls.ts'
import { utility } from '../scope-map/builders.ts'

const now = new Date('2026-03-01T12:00:00.789Z')
const window = { from: new Date('2026-02-01T05:00:00.123Z'), to: new Date('2026-02-15T05:00:00Z') }
const given = { resourceUri: 'https://data.example/espi/1_1/resource/Batch/Subscription/7' }

function profileWith(quirks: Partial<ReturnType<typeof utility>['quirks']> = {}) {
  const profile = utility()
  return { ...profile, quirks: { ...profile.quirks, ...quirks } }
}

describe('usageFeedUrl (ESPI FB 37)', () => {
  it('adds the window to the resourceURI in whole seconds UTC', () => {
    const url = usageFeedUrl(given, { profile: profileWith(), window, now })
    expect(decodeURIComponent(url)).toBe(
      'https://data.example/espi/1_1/resource/Batch/Subscription/7?published-min=2026-02-01T05:00:00Z&published-max=2026-02-15T05:00:00Z',
    )
  })

  it('does not ask beyond now', () => {
    const ahead = { ...window, to: new Date('2026-04-01T00:00:00Z') }
    const url = new URL(usageFeedUrl(given, { profile: profileWith(), window: ahead, now }))
    expect(url.searchParams.get('published-max')).toBe('2026-03-01T12:00:00Z')
  })

  it('names updated where the utility needs it, and nothing where it takes no window', () => {
    const updated = new URL(
      usageFeedUrl(given, { profile: profileWith({ windowParameter: 'updated' }), window, now }),
    )
    expect([...updated.searchParams.keys()]).toEqual(['updated-min', 'updated-max'])
    expect(usageFeedUrl(given, { profile: profileWith({ windowParameter: 'none' }), window, now })).toBe(
      given.resourceUri,
    )
  })

  it('keeps a query that the utility put into its URL', () => {
    const own = { resourceUri: 'https://data.example/Subscription.aspx?SubscriptionID=7' }
    const url = new URL(usageFeedUrl(own, { profile: profileWith(), window, now }))
    expect(url.searchParams.get('SubscriptionID')).toBe('7')
  })

  it('inserts /Batch/ only for a utility that leaves it out', () => {
    const bare = { resourceUri: 'https://data.example/espi/1_1/resource/Subscription/7' }
    const pathOf = (resourceUriWithoutBatch: boolean, authorization = bare) =>
      new URL(usageFeedUrl(authorization, { profile: profileWith({ resourceUriWithoutBatch }), window, now }))
        .pathname
    expect(pathOf(false)).toBe('/espi/1_1/resource/Subscription/7')
    expect(pathOf(true)).toBe('/espi/1_1/resource/Batch/Subscription/7')
    expect(pathOf(true, given)).toBe('/espi/1_1/resource/Batch/Subscription/7')
  })

  it.each([null, '', 'Subscription/7'])('refuses the resourceURI %j', (resourceUri) => {
    expect(() => usageFeedUrl({ resourceUri }, { profile: profileWith(), window, now })).toThrow(
      'no usable resourceURI',
    )
  })
})

describe('usagePointUrl', () => {
  it('names one usage point under the batch', () => {
    const url = new URL(usagePointUrl(given, 'a/b', { profile: profileWith(), window, now }))
    expect(url.pathname).toBe('/espi/1_1/resource/Batch/Subscription/7/UsagePoint/a%2Fb')
    expect([...url.searchParams.keys()]).toEqual(['published-min', 'published-max'])
  })
})

describe('usagePointsUrl', () => {
  it('lists the usage points of the subscription, beside the batch', () => {
    expect(usagePointsUrl(given, profileWith())).toBe(
      'https://data.example/espi/1_1/resource/Subscription/7/UsagePoint',
    )
  })
})
