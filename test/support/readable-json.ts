import { Decimal } from '../../src/shared/decimal.ts'
import { type Json, parseExact } from '../../src/shared/json.ts'

const WIDTH = 160
const INDENT = '  '

/**
 * JSON text for people who read it and its differences: what fits a line is one, longer lists of short items fill the lines.
 * No digit of a number changes.
 */
export function readableJson(text: string): string {
  return `${layOut(parseExact(text), '')}\n`
}

function layOut(value: Json, indent: string): string {
  const line = oneLine(value)
  if (indent.length + line.length <= WIDTH || value === null || typeof value !== 'object') return line
  if (value instanceof Decimal) return line
  const inner = indent + INDENT
  const members = Array.isArray(value)
    ? value.map((item) => layOut(item, inner))
    : Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}: ${layOut(item, inner)}`)
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  const lines = Array.isArray(value) ? filled(members, inner) : members
  return `${open}\n${lines.map((member) => inner + member).join(',\n')}\n${indent}${close}`
}

/** Items of a list side by side as far as they fit, long ones by themselves. */
function filled(items: readonly string[], indent: string): string[] {
  const lines: string[] = []
  for (const item of items) {
    const last = lines.at(-1)
    const joined = `${last}, ${item}`
    const fits = last !== undefined && indent.length + joined.length <= WIDTH && !joined.includes('\n')
    if (fits) lines[lines.length - 1] = joined
    else lines.push(item)
  }
  return lines
}

function oneLine(value: Json): string {
  if (value instanceof Decimal) return value.toString()
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  return `{ ${Object.entries(value)
    .map(([name, item]) => `${JSON.stringify(name)}: ${oneLine(item)}`)
    .join(', ')} }`.replace('{  }', '{}')
}
