/** Text that is already safe HTML. Only `html` makes it. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
  toString(): string {
    return this.text
  }
}

type Insert = Html | string | number | bigint | false | null | undefined | readonly Insert[]

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A template whose inserts are escaped, unless they are `Html` themselves: a page cannot forget to escape. */
export function html(parts: TemplateStringsArray, ...inserts: Insert[]): Html {
  return new Html(parts.reduce((text, part, index) => text + render(inserts[index - 1]) + part))
}

function render(insert: Insert): string {
  if (insert instanceof Html) return insert.text
  if (insert === false || insert === null || insert === undefined) return ''
  if (typeof insert === 'object') return insert.map(render).join('')
  return String(insert).replace(/[&<>"']/g, (char) => ESCAPES[char] ?? char)
}
