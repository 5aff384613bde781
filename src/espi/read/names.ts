import type { Vocabulary } from '../model.ts'

/** An element's name with its vocabulary resolved. */
export interface Name {
  local: string
  vocabulary: Vocabulary
}

const VOCABULARIES: ReadonlyMap<string, Vocabulary> = new Map([
  ['http://www.w3.org/2005/Atom', 'atom'],
  ['http://naesb.org/espi', 'usage'],
  ['http://naesb.org/espi/customer', 'customer'],
  ['', 'none'],
])

interface Scope {
  prefixes: ReadonlyMap<string, Vocabulary>
  names: Map<string, Name>
}

/**
 * Resolves prefixes while elements open and close. A prefix nobody declared counts as no namespace: real feeds lose
 * declarations, and the element's place then decides.
 */
export class NameScopes {
  private readonly scopes: Scope[] = [{ prefixes: new Map([['', 'none']]), names: new Map() }]
  private readonly declaredAt: number[] = [0]
  private depth = 0

  open(qualified: string, attributes: Readonly<Partial<Record<string, string>>>): Name {
    this.depth++
    for (const key in attributes) if (key.startsWith('xmlns')) this.bind(key, attributes[key] ?? '')
    return this.nameOf(qualified)
  }

  /** What an element of that name without attributes would be here. */
  nameOf(qualified: string): Name {
    const scope = this.current()
    let name = scope.names.get(qualified)
    if (!name) {
      name = resolve(qualified, scope.prefixes)
      scope.names.set(qualified, name)
    }
    return name
  }

  close(): void {
    if (this.depth > 0 && this.declaredAt.at(-1) === this.depth) {
      this.scopes.pop()
      this.declaredAt.pop()
    }
    this.depth--
  }

  private bind(attribute: string, uri: string): void {
    const prefix =
      attribute === 'xmlns' ? '' : attribute.startsWith('xmlns:') ? attribute.slice(6) : undefined
    if (prefix === undefined) return
    const prefixes = new Map(this.current().prefixes).set(prefix, VOCABULARIES.get(uri.trim()) ?? 'foreign')
    if (this.declaredAt.at(-1) === this.depth) this.scopes.pop()
    else this.declaredAt.push(this.depth)
    this.scopes.push({ prefixes, names: new Map() })
  }

  private current(): Scope {
    const scope = this.scopes.at(-1)
    if (!scope) throw new Error('an element closed that never opened')
    return scope
  }
}

function resolve(qualified: string, prefixes: ReadonlyMap<string, Vocabulary>): Name {
  const colon = qualified.indexOf(':')
  const prefix = colon < 0 ? '' : qualified.slice(0, colon)
  return { local: qualified.slice(colon + 1), vocabulary: prefixes.get(prefix) ?? 'none' }
}
