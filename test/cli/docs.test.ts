import { globSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { gbcds } from './gbcds.ts'

const page = readFileSync('docs/translate.md', 'utf8')
const sources = (pattern: string): string =>
  globSync(pattern)
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n')

it.each(['translate', 'inspect', 'round-trip', 'to-espi'])(
  'docs/translate.md names every option of %s',
  async (command) => {
    const { out } = await gbcds([command, '--help'])
    const options = [...out.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, option]) => option)
    expect(options.length).toBeGreaterThan(1)
    const [, section = ''] = page.split(`\n## ${command}\n`)
    const [own = ''] = section.split('\n## ')
    for (const option of options) expect(own).toContain(`\`${option}`)
  },
)

it('docs/translate.md names every quirk, every suspicion and every column', async () => {
  const quirks = [
    ...sources('src/cli/inspect/*-quirks.ts').matchAll(/(?:quirks\.add\(\s*|^ {2,4}\[?\s*)'([a-z_]+)',/gm),
  ]
  const joins = [...sources('src/cli/inspect/inspect-feeds.ts').matchAll(/quirks\.add\('([a-z_]+)'/g)]
  const suspicions = [...sources('src/cli/report/report.ts').matchAll(/^ {4}\| '([a-z_]+)'/gm)]
  const columns = [...sources('src/cli/csv-output.ts').matchAll(/^ {2}([a-z_]+): \(/gm)]
  for (const [found, least] of [
    [quirks, 20],
    [joins, 5],
    [suspicions, 7],
    [columns, 18],
  ] as const) {
    expect(found.length).toBeGreaterThanOrEqual(least)
    for (const [, name] of found) expect(page).toContain(`\`${name}\``)
  }
})
