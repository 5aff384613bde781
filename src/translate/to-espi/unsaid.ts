/** Something of a CDS object that ESPI has no way to say. */
export interface UnsaidLine {
  /** The object's kind and id, e.g. `usage_segment u1`. */
  object: string
  field: string
  /** Why. */
  detail: string
  count: number
}

/** Collects what could not be said; the same of one object is one line with a count. */
export class Unsaid {
  private readonly lines = new Map<string, UnsaidLine>()

  add(object: string, field: string, detail: string, count = 1): void {
    const key = JSON.stringify([object, field, detail])
    const known = this.lines.get(key)
    if (known) known.count += count
    else this.lines.set(key, { object, field, detail, count })
  }

  /** Of an object that is not of this translation: those fields that hold something and have no ESPI element. */
  addFields(object: string, of: object, fields: readonly string[]): void {
    for (const [name, value] of Object.entries(of)) {
      if (fields.includes(name) && !isEmpty(value)) this.add(object, name, 'ESPI has no element for it')
    }
  }

  /** Of an object that is not of this translation: those words of a list that ESPI has none for. */
  addWords(object: string, field: string, words: readonly string[], said: readonly string[]): void {
    for (const word of words) {
      if (!said.includes(word)) this.add(object, `${field} ${word}`, 'ESPI has no word for it')
    }
  }

  toList(): UnsaidLine[] {
    return [...this.lines.values()]
  }
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
}
