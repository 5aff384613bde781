import { describe, expect, it } from 'vitest'
import { explainLink } from '../../src/espi/link/explain-link.ts'
import { Kin, type LinkRule, linkRules } from '../../src/espi/link/kin.ts'

const none: { self: string[]; up: string[]; related: string[] } = { self: [], up: [], related: [] }

it.each([
  ['its related link', { ...none, related: ['/ReadingType/1'] }, { ...none, self: ['/ReadingType/1'] }],
  ["the parent's related link to it", { ...none, self: ['/T/1'] }, { ...none, related: ['/T/1'] }],
  [
    "the parent's related link to its collection",
    { ...none, up: ['/UsagePoint/1/MeterReading'] },
    { ...none, related: ['/UsagePoint/1/MeterReading'] },
  ],
  ['its up link', { ...none, up: ['/UsagePoint/1'] }, { ...none, self: ['/UsagePoint/1'] }],
  ['nested paths', { ...none, self: ['/UsagePoint/1/MeterReading/2'] }, { ...none, self: ['/UsagePoint/1'] }],
  [
    'the id in its path',
    { ...none, self: ['/User/1/UsagePoint/7/MeterReading/2'] },
    { ...none, self: ['/Subscription/1/UsagePoint/7'] },
  ],
  ['the only candidate', { ...none, self: ['/MeterReading/2'] }, { ...none, self: ['/UsagePoint/1'] }],
])('a resource hangs on its parent by %s', (rule, child, parent) => {
  expect(explainLink(child, parent, 'UsagePoint')).toBe(rule)
})

it('an id that only begins another is not nested in it', () => {
  const child = { ...none, self: ['/UsagePoint/12/MeterReading/1'] }
  expect(explainLink(child, { ...none, self: ['/UsagePoint/1'] }, 'UsagePoint')).toBe('the only candidate')
})

describe('the explanation and the joining of resources are one', () => {
  /** Each rule tells another parent: `/UsagePoint/<rule>` or a link of its own. */
  const parents = linkRules.map((rule, at) => ({
    rule,
    self: [`/Subscription/1/UsagePoint/${at}`],
    related: [`/related/${at}/1`, `/related/${at}/collection`],
  }))
  const links: Record<LinkRule, (at: number) => Partial<typeof none>> = {
    'its related link': (at) => ({ related: [`/Subscription/1/UsagePoint/${at}`] }),
    "the parent's related link to it": (at) => ({ self: [`/related/${at}/1`] }),
    "the parent's related link to its collection": (at) => ({ up: [`/related/${at}/collection`] }),
    'its up link': (at) => ({ up: [`/Subscription/1/UsagePoint/${at}`] }),
    'nested paths': (at) => ({ self: [`/Subscription/1/UsagePoint/${at}/MeterReading/1`] }),
    'the id in its path': (at) => ({ self: [`/User/9/UsagePoint/${at}/MeterReading/1`] }),
    'the only candidate': () => ({}),
  }

  it.each(linkRules.slice(0, -1).map((rule, at) => [rule, at] as const))(
    '%s counts more than every rule behind it',
    (rule, at) => {
      const kin = new Kin(parents, 'UsagePoint')
      for (let weaker = at + 1; weaker < linkRules.length; weaker++) {
        const [strong, weak] = [links[rule](at), links[linkRules[weaker]!](weaker)]
        const child = {
          self: [...(strong.self ?? []), ...(weak.self ?? [])],
          up: [...(strong.up ?? []), ...(weak.up ?? [])],
          related: [...(strong.related ?? []), ...(weak.related ?? [])],
        }
        expect(kin.find(child), `${rule} beside ${linkRules[weaker]}`).toEqual({ parent: parents[at], rule })
      }
    },
  )

  it('the explanation of a join that was made is the rule that made it', () => {
    const kin = new Kin(parents, 'UsagePoint')
    for (const [at, rule] of linkRules.slice(0, -1).entries()) {
      const child = { ...none, ...links[rule](at) }
      const found = kin.find(child)
      expect(explainLink(child, found!.parent, 'UsagePoint')).toBe(rule)
    }
  })
})
