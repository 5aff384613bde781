import { describe, expect, it } from 'vitest'
import { changeIn, parseDstRule } from '../../src/espi/dst-rule.ts'

function changeOf(text: string, year: number): string | undefined {
  const wall = changeIn(year, parseDstRule(text))
  return wall === undefined ? undefined : new Date(wall * 1000).toISOString().slice(0, 19)
}

describe('parseDstRule, ESPI 4.0 DstRuleType', () => {
  it.each([
    ['360E2000', 'second Sunday of March, 02:00', '2026-03-08T02:00:00'],
    ['B40E2000', 'first Sunday of November, 02:00', '2026-11-01T02:00:00'],
    ['b40e2003', 'the same, three seconds late', '2026-11-01T02:00:03'],
    ['3E0E2000', 'last Sunday of March', '2026-03-29T02:00:00'],
    ['380A1A8C', 'the example of the XSD: third Friday of March, 01:45', '2026-03-20T01:45:00'],
    ['328E2000', 'Sunday on or after 8 March', '2026-03-08T02:00:00'],
    ['40F03000', '15 April, 03:00', '2026-04-15T03:00:00'],
    ['B40E', 'the upper 16 bits: a day without an hour', '2026-11-01T00:00:00'],
  ])('%s is %s', (text, _words, change) => {
    expect(changeOf(text, 2026)).toBe(change)
  })

  it('knows a rule that is switched off', () => {
    expect(['FFFFFFFF', 'ffffffff', 'FFFF'].map((text) => parseDstRule(text).form)).toEqual([
      'disabled',
      'disabled',
      'disabled',
    ])
  })

  it('knows epoch seconds in hex, as Enbridge writes them', () => {
    expect(parseDstRule('65ED5A70')).toEqual({ form: 'instant', epoch: Date.UTC(2024, 2, 10, 7) / 1000 })
    expect(parseDstRule('67271F70')).toEqual({ form: 'instant', epoch: Date.UTC(2024, 10, 3, 7) / 1000 })
  })

  it.each(['', '0', '00000000', 'xyz', '360E200', '060E2000'])('cannot read %j', (text) => {
    expect(parseDstRule(text)).toEqual({ form: 'unreadable' })
    expect(changeOf(text, 2026)).toBeUndefined()
  })
})
