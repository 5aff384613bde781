import { createReadStream, readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { MalformedFeedError } from '../../src/espi/errors.ts'
import { readFeed } from '../../src/espi/read-feed.ts'
import { proveRoundTrip } from '../../src/translate/round-trip/prove.ts'
import type { Refused } from '../../src/translate/translated.ts'
import { expectPart, table } from '../support/page.ts'
import { sharedPath } from '../support/shared.ts'
import { context } from './context.ts'

const corpus = sharedPath('corpus')
const HEAD = [
  'file',
  'entries',
  'readings',
  'segments',
  'bill sections',
  'accounts',
  'meters',
  'facts',
  'came back',
  'facts refused',
  'refused',
]

async function rowOf(file: string): Promise<string[]> {
  try {
    const feed = await readFeed(createReadStream(path.join(corpus ?? '', file)))
    const { translated, facts, cameBack, refused, lost, added } = await proveRoundTrip([feed], context)
    expect([...lost, ...added].map(({ text }) => text)).toEqual([])
    return [
      file,
      feed.entries.length,
      feed.readings.length,
      translated.usageSegments.length,
      translated.billSections.length,
      translated.accounts.length,
      translated.meterDevices.length,
      facts,
      cameBack,
      refused.length,
      codesOf(translated.refused),
    ].map(String)
  } catch (error) {
    if (!(error instanceof MalformedFeedError)) throw error
    return [file, '', '', '', '', '', '', '', '', '', `the file: ${error.reason.replaceAll('|', '\\|')}`]
  }
}

function codesOf(refused: readonly Refused[]): string {
  const counts = new Map<string, number>()
  for (const { code, count } of refused) counts.set(code, (counts.get(code) ?? 0) + count)
  return [...counts].map(([code, count]) => `\`${code}\` ${count}`).join(', ')
}

describe.skipIf(!corpus)('docs/corpus.md', () => {
  it('says of every real file what becomes of it', async () => {
    const files = readdirSync(corpus ?? '').filter((file) => file.endsWith('.xml'))
    const rows: string[][] = []
    for (const file of files.sort()) rows.push(await rowOf(file))
    expectPart('docs/corpus.md', 'corpus', table(HEAD, rows))
  })
})
