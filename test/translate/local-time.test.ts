import { describe, expect, it } from 'vitest'
import { translateFeed } from '../../src/translate/translate-feed.ts'
import { entry, feedOf, read } from '../espi/build-feed.ts'
import { context } from './context.ts'

const TORONTO = { tzOffset: '-18000', dstOffset: '3600', dstStartRule: '360E2000', dstEndRule: 'B40E2000' }

async function reported(time: Partial<typeof TORONTO>, timezone: string, points = 1): Promise<unknown[]> {
  const elements = Object.entries({ ...TORONTO, ...time }).map(([name, text]) => `<${name}>${text}</${name}>`)
  const entries = Array.from({ length: points }, (_, at) => [
    entry(`/UsagePoint/${at}`, '<UsagePoint/>', `<link rel="related" href="/LocalTimeParameters/${at}"/>`),
    entry(`/LocalTimeParameters/${at}`, `<LocalTimeParameters>${elements.join('')}</LocalTimeParameters>`),
  ]).flat()
  const { refused } = translateFeed(await read(feedOf(entries)), { ...context, timezone })
  return refused
    .filter(({ code }) => code === 'local_time_disagrees')
    .map(({ field, value, count }) => [field, value, count])
}

describe('LocalTimeParameters beside the configured zone', () => {
  it('agree: nothing is reported', async () => {
    expect(await reported({}, 'America/Toronto')).toEqual([])
  })

  it.each([
    ['a few seconds too many', { dstStartRule: '360E2004', dstEndRule: 'B40E2004' }],
    ['16 bits', { dstStartRule: '360E', dstEndRule: 'B40E' }],
    ['epoch seconds of another year', { dstStartRule: '65ED5A70', dstEndRule: '67271F70' }],
  ])('agree in all their encodings: %s', async (_name, time) => {
    expect(await reported(time, 'America/Toronto')).toEqual([])
  })

  it('of a place without daylight saving time agree when they switch it off', async () => {
    const off = { tzOffset: '-25200', dstStartRule: 'FFFFFFFF', dstEndRule: 'FFFFFFFF' }
    expect(await reported(off, 'America/Phoenix')).toEqual([])
    expect(await reported(off, 'America/Denver')).toEqual([['LocalTimeParameters.dstOffset', '3600', 1]])
  })

  it.each([
    ['another zone', {}, 'America/Los_Angeles', ['LocalTimeParameters.tzOffset', '-18000', 1]],
    [
      'the sign turned over',
      { tzOffset: '18000' },
      'America/Toronto',
      ['LocalTimeParameters.tzOffset', '18000', 1],
    ],
    [
      'no such time in summer',
      { dstOffset: '0' },
      'America/Toronto',
      ['LocalTimeParameters.dstOffset', '0', 1],
    ],
    [
      'a start in November',
      { dstStartRule: 'B60E' },
      'America/Toronto',
      ['LocalTimeParameters.dstStartRule', 'B60E', 1],
    ],
    [
      'a rule nobody can read',
      { dstEndRule: '0' },
      'America/Toronto',
      ['LocalTimeParameters.dstEndRule', '0', 1],
    ],
  ])('disagree: %s', async (_name, time, zone, line) => {
    expect(await reported(time, zone)).toEqual([line])
  })

  it('disagree once, however many meters repeat it', async () => {
    expect(await reported({}, 'Europe/Vienna', 3)).toHaveLength(1)
  })
})
