import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { proveRoundTrip } from '../../src/translate/round-trip/prove.ts'
import { feedOf, read } from '../espi/build-feed.ts'
import { context } from './context.ts'
import { usageFeeds, wholeFeeds } from './random-feed.ts'

async function faultsOf(text: string): Promise<string[]> {
  const { lost, added, unsaid } = await proveRoundTrip([await read(text)], context)
  return [
    ...lost.map((fact) => `lost ${fact.text}`),
    ...added.map((fact) => `added ${fact.text}`),
    ...unsaid.map((line) => `unsaid ${line.field}`),
  ]
}

describe('ESPI to CDS and back, for any feed', () => {
  it('brings every fact of usage and bills back, or refuses it by name', async () => {
    await fc.assert(
      fc.asyncProperty(usageFeeds, async (text) => {
        expect(await faultsOf(text)).toEqual([])
      }),
      { numRuns: 150 },
    )
  })

  it('brings every fact of usage, bills and customers back, or refuses it by name', async () => {
    await fc.assert(
      fc.asyncProperty(wholeFeeds, async (text) => {
        expect(await faultsOf(text)).toEqual([])
      }),
      { numRuns: 100 },
    )
  })

  it('and of a feed that came in pieces, whichever entries are missing', async () => {
    // Of a location that names no usage point the reader guesses whose it is, by how many there are.
    const pieces = wholeFeeds.chain((text) => {
      const named = text.replaceAll(
        '<UsagePoints></UsagePoints>',
        '<UsagePoints><UsagePoint>/UsagePoint/9</UsagePoint></UsagePoints>',
      )
      const entries = named.match(/<entry>.*?<\/entry>/gs) ?? []
      return fc.subarray(entries).map((some) => feedOf(some))
    })
    await fc.assert(
      fc.asyncProperty(pieces, async (text) => {
        expect(await faultsOf(text)).toEqual([])
      }),
      { numRuns: 150 },
    )
  })
})
