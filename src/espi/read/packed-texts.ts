import { Column } from './column.ts'
import { detached } from './detached.ts'

const GROUP = 64
/** No XML text holds a NUL, and no field here holds two in a row. */
const SEPARATOR = '\0\0'
/** One character tells it, and the text stays ASCII. */
const LONGEST_PREFIX = 126

interface Group {
  first: readonly string[]
  text: string
}

/** Records of equally many texts, added one by one: of each text only what differs from the one in the group's first record. */
export class PackedTexts {
  private length = 0
  private readonly groups: Group[] = []
  /** Where each record ends in the text of its group. */
  private readonly ends = new Column()

  add(fields: readonly string[]): void {
    const index = this.length++
    const group = this.groups[Math.floor(index / GROUP)] ?? this.addGroup(fields)
    const parts = fields.map((field, at) => shortened(field, group.first[at] ?? ''))
    group.text += parts.join(SEPARATOR)
    this.ends.set(index, group.text.length)
    if (this.length % GROUP === 0) group.text = detached(group.text)
  }

  /** One text of a record. */
  get(index: number, field: number): string {
    const group = this.groups[Math.floor(index / GROUP)]
    if (!group) return ''
    let from = index % GROUP === 0 ? 0 : this.ends.get(index - 1)
    for (let at = 0; at < field; at++) from = group.text.indexOf(SEPARATOR, from) + SEPARATOR.length
    const end = field === group.first.length - 1 ? this.ends.get(index) : group.text.indexOf(SEPARATOR, from)
    return restored(group.text.slice(from, end), group.first[field] ?? '')
  }

  private addGroup(first: readonly string[]): Group {
    const group = { first, text: '' }
    this.groups.push(group)
    return group
  }
}

/** One more than the number of characters that both begin with, as a character, then the others. */
function shortened(text: string, first: string): string {
  const longest = Math.min(text.length, first.length, LONGEST_PREFIX)
  let shared = 0
  while (shared < longest && isShared(text.charCodeAt(shared), first.charCodeAt(shared))) shared++
  return String.fromCharCode(shared + 1) + text.slice(shared)
}

function isShared(a: number, b: number): boolean {
  return a === b && a < 128
}

function restored(part: string, first: string): string {
  return first.slice(0, part.charCodeAt(0) - 1) + part.slice(1)
}
