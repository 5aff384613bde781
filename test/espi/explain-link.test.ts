import { expect, it } from 'vitest'
import { explainLink } from '../../src/espi/explain-link.ts'

const none = { self: [], up: [], related: [] }

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
