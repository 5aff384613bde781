export interface FilledForm {
  action: string
  fields: URLSearchParams
}

interface Known {
  username: string
  password: string
  /** The buttons that say yes. */
  decision: readonly string[]
}

/** The first form of a page, filled in as somebody does who agrees with everything; undefined where there is none. */
export function readForm(page: string, known: Known): FilledForm | undefined {
  const [, head = '', content = ''] = /<form([^>]*method="post"[^>]*)>([\s\S]*?)<\/form>/.exec(page) ?? []
  const action = attribute(head, 'action')
  if (action === undefined) return undefined
  const fields = new URLSearchParams()
  for (const [tag] of content.matchAll(/<input[^>]*>/g)) fillIn(tag, known, fields)
  for (const [, head = '', options = ''] of content.matchAll(/<select([^>]*)>([\s\S]*?)<\/select>/g)) {
    const chosen = /<option value="([^"]*)" selected/.exec(options)?.[1]
    if (chosen !== undefined) fields.append(attribute(head, 'name') ?? '', chosen)
  }
  const buttons = [...content.matchAll(/<button([^>]*)>/g)].map(
    ([, tag = '']) => attribute(tag, 'value') ?? '',
  )
  const yes = buttons.find((value) => known.decision.includes(value))
  if (yes !== undefined) fields.append('decision', yes)
  return { action, fields }
}

function fillIn(tag: string, known: Known, fields: URLSearchParams): void {
  const name = attribute(tag, 'name')
  if (name === undefined || / disabled/.test(tag)) return
  const value = name === 'username' || name === 'password' ? known[name] : attribute(tag, 'value')
  fields.append(name, value ?? 'on')
}

function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1]?.replaceAll('&amp;', '&')
}
