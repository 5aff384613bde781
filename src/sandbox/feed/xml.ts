/** Text that is already XML. Only `element` and `entry` writers make it. */
export type Xml = { readonly xml: string }

type Child = Xml | string | number | bigint | undefined | false | readonly Child[]

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Text becomes XML text or an attribute value. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (char) => ESCAPES[char] ?? char)
}

/** An element with its children in order; text is escaped, absent children are left out. */
export function element(name: string, ...children: Child[]): Xml {
  const content = children.map(render).join('')
  return { xml: content === '' ? `<${name}/>` : `<${name}>${content}</${name}>` }
}

/** An element that is there only when its value is. */
export function optional(name: string, value: string | number | bigint | undefined): Xml | undefined {
  return value === undefined ? undefined : element(name, value)
}

/** A writer whose element names all carry a namespace prefix. */
export function prefixed(prefix: string | undefined): typeof element {
  return prefix ? (name, ...children) => element(`${prefix}:${name}`, ...children) : element
}

/** The same element with attributes in its start tag. */
export function withAttributes({ xml }: Xml, attributes: Record<string, string | undefined>): Xml {
  const text = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${escapeXml(value ?? '')}"`)
    .join('')
  return { xml: xml.replace(/^<([^\s/>]+)/, (start) => start + text) }
}

function render(child: Child): string {
  if (child === undefined || child === false) return ''
  if (typeof child === 'string') return escapeXml(child)
  if (typeof child !== 'object') return String(child)
  return 'xml' in child ? child.xml : child.map(render).join('')
}
