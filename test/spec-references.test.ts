import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'

/** Every section number of the three specifications with the anchors found in it; no text of theirs. */
const sections = z
  .record(z.string(), z.record(z.string(), z.array(z.string())))
  .parse(JSON.parse(readFileSync('test/spec/sections.json', 'utf8')))

const CITATION = /(CDS-WG\d-\d\d)?(?: |, )?§(\d+(?:\.\d+)*)(?: #([a-z0-9-]+))?/g

/** What is wrong with the citations of a text. Those without a document or an anchor may be of an RFC: passed over. */
function wrongCitations(text: string): string[] {
  return [...text.matchAll(CITATION)].flatMap(([citation, specification, section = '', anchor]) => {
    if (!specification && !anchor) return []
    const documents = specification ? [specification] : Object.keys(sections)
    const found = documents.some((document) => {
      const anchors = sections[document]?.[section]
      return anchors && (anchor === undefined || anchors.includes(anchor))
    })
    return found ? [] : [citation.trim()]
  })
}

it('cites only sections and anchors that exist', () => {
  const files = globSync('{src,adapters,test,docs,bench}/**/*.{ts,md}').filter(
    (file) => !file.includes('spec-references'),
  )
  const wrong = files.map((file) => [file, wrongCitations(readFileSync(file, 'utf8'))] as const)
  expect(Object.fromEntries(wrong.filter(([, citations]) => citations.length > 0))).toEqual({})
})

it('has a test that names each section of CDS-WG3-01 §10 that the translation rests on', () => {
  const cited = (pattern: string): Set<string> =>
    new Set(globSync(pattern).flatMap((file) => readFileSync(file, 'utf8').match(/§10(?:\.\d+)+/g) ?? []))
  const named = cited('test/{translate,espi,cli}/**/*.ts')
  expect([...cited('src/{translate,espi,cli}/**/*.ts')].filter((section) => !named.has(section))).toEqual([])
})

describe('wrongCitations', () => {
  it.each([
    ['CDS-WG1-02 §8.1 #grant-format', []],
    ['CDS-WG3-01 §10.8.1', []],
    ['§8.1 #grant-format', []],
    ['RFC 6749 §99.9', []],
    ['CDS-WG1-02 §8.1 #usage-segment-format', ['CDS-WG1-02 §8.1 #usage-segment-format']],
    ['CDS-WG3-01 §99.1', ['CDS-WG3-01 §99.1']],
    ['CDS-WG9-01 §1', ['CDS-WG9-01 §1']],
    ['§10.8.1 #no-such-anchor', ['§10.8.1 #no-such-anchor']],
  ])('%s', (text, wrong) => {
    expect(wrongCitations(text)).toEqual(wrong)
  })
})
