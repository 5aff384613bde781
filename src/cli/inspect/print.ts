import { sizeText } from '../size-text.ts'
import type { Inspection, Quirk, TreeNode } from './inspection.ts'

/** The inspection as text for people; blocks of a meter reading are one line unless `entries`. */
export function printInspection(inspection: Inspection, { entries }: { entries: boolean }): string {
  const sections: [string, string[]][] = [
    ['Files', inspection.files.map(fileLine)],
    ['Payloads', Object.entries(inspection.payloads).map(([name, count]) => `${count} ${name}`)],
    ['Tree', inspection.tree.flatMap((node) => treeLines(node, entries))],
    ['Apart', inspection.apart.flatMap(nodeLines)],
    ['Quirks', inspection.quirks.map(quirkLine)],
  ]
  return sections
    .map(
      ([title, lines]) =>
        `${title}\n${(lines.length > 0 ? lines : ['none']).map((line) => `  ${line}\n`).join('')}`,
    )
    .join('\n')
}

function fileLine({ file, bytes, entries, readings, self }: Inspection['files'][number]): string {
  const link = self === undefined ? '' : `, self ${self}`
  return `${file}: ${sizeText(bytes)}, ${entries} entries, ${readings} readings${link}`
}

function treeLines(node: TreeNode, entries: boolean): string[] {
  const children = node.children ?? []
  const blocks = children.filter(({ element }) => element === 'IntervalBlock')
  const shown = entries ? children : children.filter((child) => !blocks.includes(child))
  const lines = shown.flatMap((child) => treeLines(child, entries))
  if (!entries && blocks.length > 0) lines.push(blocksLine(blocks))
  return [...nodeLines(node), ...lines.map((line) => `    ${line}`)]
}

/** What a node is, then its links, each on a line of its own: they are long. */
function nodeLines(node: TreeNode): string[] {
  const file = node.file === undefined ? '' : `${node.file} `
  const facts = [
    node.entry === undefined ? 'no entry' : `${file}entry ${node.entry}`,
    node.words,
    node.readings === undefined ? undefined : `${node.readings} readings`,
    node.from === undefined ? undefined : `${node.from} to ${node.to}`,
    node.joined_by === undefined ? undefined : `joined by ${node.joined_by}`,
  ]
  return [
    `${node.element}: ${facts.filter((fact) => fact !== undefined).join('; ')}`,
    ...linkLines('self', node.self),
    ...linkLines('up', node.up),
    ...linkLines('related', node.related),
  ]
}

function linkLines(rel: string, hrefs: readonly string[] = []): string[] {
  return hrefs.map((href) => `  ${rel.padEnd(7)} ${href}`)
}

function blocksLine(blocks: readonly TreeNode[]): string {
  const readings = blocks.reduce((sum, block) => sum + (block.readings ?? 0), 0)
  const from = blocks.flatMap((block) => block.from ?? []).sort()[0]
  const to = blocks
    .flatMap((block) => block.to ?? [])
    .sort()
    .at(-1)
  const rules = [...Map.groupBy(blocks, (block) => block.joined_by ?? 'nothing')]
  const joined = rules
    .map(([rule, some]) => (rules.length > 1 ? `${rule} (${some.length})` : rule))
    .join(', ')
  const time = from === undefined ? '' : `; ${from} to ${to}`
  return `${blocks.length} IntervalBlock: ${readings} readings${time}; joined by ${joined}`
}

function quirkLine({ code, text, count, entries }: Quirk): string {
  const where = entries.length === 0 ? '' : ` ${entries.join(', ')}${count > entries.length ? ', …' : ''}`
  return `${count} × ${code}: ${text}${where}`
}
