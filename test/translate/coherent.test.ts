import { createReadStream, readdirSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MalformedFeedError } from '../../src/espi/errors.ts'
import { readFeed } from '../../src/espi/read-feed.ts'
import { SEGMENT_LENGTHS } from '../../src/shared/segment-length.ts'
import { translateFeed } from '../../src/translate/translate-feed.ts'
import type { Translated } from '../../src/translate/translated.ts'
import { read } from '../espi/build-feed.ts'
import { sharedPath } from '../support/shared.ts'
import { incoherences } from './coherent.ts'
import { context } from './context.ts'
import { wholeFeeds } from './random-feed.ts'

const corpus = sharedPath('corpus')

describe('the objects of a translation fit together (CDS-WG3-01 §10)', () => {
  it('for any feed: ids once, references that lead somewhere, bills that add up, values in their places', async () => {
    await fc.assert(
      fc.asyncProperty(wholeFeeds, fc.constantFrom(...SEGMENT_LENGTHS), async (text, segmentLength) => {
        expect(incoherences(translateFeed(await read(text), { ...context, segmentLength }))).toEqual([])
      }),
      { numRuns: 200 },
    )
  })

  it.skipIf(!corpus)('for every real feed', async () => {
    const found: Record<string, string[]> = {}
    for (const file of readdirSync(corpus ?? '').filter((name) => name.endsWith('.xml'))) {
      const feed = await readFeed(createReadStream(path.join(corpus ?? '', file))).catch((error: unknown) => {
        if (error instanceof MalformedFeedError) return undefined
        throw error
      })
      const wrong = feed ? incoherences(translateFeed(feed, { ...context, currency: 'USD' })) : []
      if (wrong.length > 0) found[file] = wrong
    }
    expect(found).toEqual({})
  })

  it('and the check finds what does not', async () => {
    const feed = `<feed xmlns="http://www.w3.org/2005/Atom"><entry><link rel="self" href="/UsagePoint/1"/><content><UsagePoint xmlns="http://naesb.org/espi"/></content></entry></feed>`
    const whole = translateFeed(await read(feed), context)
    const [point] = whole.servicePoints
    const broken: Translated = {
      ...whole,
      servicePoints: [point!, { ...point!, current_servicecontracts: ['nobody'] }],
    }
    expect(incoherences(whole)).toEqual([])
    expect(incoherences(broken)).toEqual([
      `servicePoints has ${point?.cds_servicepoint_id} twice`,
      '§10.3.1: no serviceContracts nobody',
    ])
  })
})
