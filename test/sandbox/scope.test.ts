import { describe, expect, it } from 'vitest'
import { OPENESPI, UTILITYAPI } from '../../src/sandbox/dialect.ts'
import { finalScope, historySeconds, isGrantable, parseScope } from '../../src/sandbox/scope.ts'

const parse = (text: string) => parseScope(text)!

describe('the ESPI scope string at the custodian', () => {
  it.each(['', 'FB=', 'FB=4.5.15', 'FB=4,5', 'HistoryLength=13', 'openid profile'])(
    'is none: "%s"',
    (text) => {
      expect(parseScope(text)).toBeUndefined()
    },
  )

  it.each([
    ['FB=4_5;HistoryLength=34128000', 34_128_000],
    ['FB=4_5;HistoryLength=13', 13 * 2_678_400],
    ['FB=4_5;historyLength= 34128000', 34_128_000],
    ['FB=4_5;HistoryLength=999999999', 63_072_000],
    ['FB=4_5', 63_072_000],
  ])('%s reaches back %i seconds: months when the number is small, two years at most', (text, seconds) => {
    expect(historySeconds(parse(text))).toBe(seconds)
  })

  it('is refused when it has a block that the custodian does not offer (OpenESPI)', () => {
    expect(isGrantable(parse('FB=4_5_16'), OPENESPI)).toBe(true)
    expect(isGrantable(parse('FB=4_5_17'), OPENESPI)).toBe(false)
  })

  it('needs one of 4, 16, 46, 51; other blocks are overlooked (UtilityAPI)', () => {
    expect(isGrantable(parse('FB=4_999'), UTILITYAPI)).toBe(true)
    expect(isGrantable(parse('FB=5_15'), UTILITYAPI)).toBe(false)
  })

  const all = { bills: true, customer: true, usagePointCount: 2 }
  it('comes back to the letter when nothing was taken away (OpenESPI)', () => {
    const text = 'FB=16_4_46;HistoryLength= 13;;Unknown=x'
    expect(finalScope(text, all, OPENESPI)).toBe(text)
  })

  it('comes back without the blocks that the customer refused (OpenESPI)', () => {
    const text = 'FB=4_15_16_46_51_53_61_64;HistoryLength=13'
    expect(finalScope(text, { ...all, bills: false }, OPENESPI)).toBe('FB=4_46_51_53_61_64;HistoryLength=13')
    expect(finalScope(text, { ...all, customer: false }, OPENESPI)).toBe('FB=4_15_16_64;HistoryLength=13')
  })

  it('comes back longer than it was asked (UtilityAPI)', () => {
    expect(finalScope('FB=4_16;HistoryLength=34128000', { ...all, customer: false }, UTILITYAPI)).toBe(
      'FB=1_3_4_5_8_13_14_15_16_18_19_34_35_39;IntervalDuration=900_3600;BlockDuration=daily;HistoryLength=34128000;SubscriptionFrequency=daily;AccountCollection=2',
    )
  })
})
