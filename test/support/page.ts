import { readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'vitest'

/**
 * Compares the part of a page between `<!-- name -->` and `<!-- /name -->` with what the code says. With UPDATE_PAGES=1 in the
 * environment the part is written instead.
 */
export function expectPart(page: string, name: string, expected: string): void {
  const text = readFileSync(page, 'utf8')
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const [from, to] = [text.indexOf(open) + open.length, text.indexOf(close)]
  expect(to, `${page} has no part "${name}"`).toBeGreaterThan(from - 1)
  if (process.env.UPDATE_PAGES === '1') {
    writeFileSync(page, `${text.slice(0, from)}\n${expected}\n${text.slice(to)}`)
    return
  }
  const hint = `${page}: UPDATE_PAGES=1 vitest run test/translate writes the part "${name}" anew`
  expect(text.slice(from, to).trim(), hint).toBe(expected.trim())
}

/** A Markdown table with columns of equal width. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, at) => (cells[at] ?? '').padEnd(width)).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}
